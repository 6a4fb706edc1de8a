# What each repository under red-hat/ is given when its first image is cached.
resource "aws_ecr_repository_creation_template" "red_hat" {
  prefix               = aws_ecr_pull_through_cache_rule.red_hat.ecr_repository_prefix
  description          = "Red Hat's images"
  applied_for          = ["PULL_THROUGH_CACHE"]
  image_tag_mutability = "IMMUTABLE"
  repository_policy    = data.aws_iam_policy_document.not_anonymous.json
  lifecycle_policy     = data.aws_ecr_lifecycle_policy_document.kept.json

  resource_tags = {
    team = "platform"
  }
}

data "aws_ecr_repository_creation_template" "red_hat" {
  prefix = aws_ecr_repository_creation_template.red_hat.prefix
}

# Kept and shown by Weir; nothing scans images yet.
resource "aws_ecr_registry_scanning_configuration" "all" {
  scan_type = "BASIC"

  rule {
    scan_frequency = "SCAN_ON_PUSH"

    repository_filter {
      filter      = "production/*"
      filter_type = "WILDCARD"
    }
  }
}
