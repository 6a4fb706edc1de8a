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
