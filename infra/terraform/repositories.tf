# Production's repository, which no rule fetches for: images are promoted into it.
resource "aws_ecr_repository" "production" {
  name                 = "production/app"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true

  tags = {
    team = "web"
  }
}

data "aws_iam_policy_document" "pull" {
  statement {
    sid       = "WebPulls"
    effect    = "Allow"
    actions   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_ecr_registry_policy" "pull" {
  policy = data.aws_iam_policy_document.pull.json
}

data "aws_ecr_repository" "production" {
  name = aws_ecr_repository.production.name
}

# Kept and shown by Weir; nothing expires images yet.
data "aws_ecr_lifecycle_policy_document" "kept" {
  rule {
    priority = 1

    selection {
      tag_status   = "any"
      count_type   = "imageCountMoreThan"
      count_number = var.kept_images
    }
  }
}

resource "aws_ecr_lifecycle_policy" "production" {
  repository = aws_ecr_repository.production.name
  policy     = data.aws_ecr_lifecycle_policy_document.kept.json
}

# Who has not logged in pulls nothing here, whatever the registry's policy allows.
data "aws_iam_policy_document" "not_anonymous" {
  statement {
    sid     = "NotAnonymous"
    effect  = "Deny"
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

    principals {
      type        = "AWS"
      identifiers = ["weir:anonymous"]
    }
  }
}

resource "aws_ecr_repository_policy" "production" {
  repository = aws_ecr_repository.production.name
  policy     = data.aws_iam_policy_document.not_anonymous.json
}
