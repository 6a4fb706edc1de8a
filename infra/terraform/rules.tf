resource "aws_ecr_pull_through_cache_rule" "docker_hub" {
  ecr_repository_prefix = "hub"
  upstream_registry_url = "registry-1.docker.io"
  credential_arn        = var.docker_hub_secret == "" ? null : var.docker_hub_secret
}

# Any OCI registry may be an upstream.
resource "aws_ecr_pull_through_cache_rule" "red_hat" {
  ecr_repository_prefix = "red-hat"
  upstream_registry_url = "registry.access.redhat.com"
}

data "aws_partition" "current" {}

# Another account's ECR, pulled with a role: acme/team/app is team/app there.
resource "aws_ecr_pull_through_cache_rule" "other_account" {
  ecr_repository_prefix      = "acme"
  upstream_registry_url      = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
  custom_role_arn            = "arn:${data.aws_partition.current.partition}:iam::111122223333:role/weir-pull"
  upstream_repository_prefix = "ROOT"
}

data "aws_ecr_pull_through_cache_rule" "red_hat" {
  ecr_repository_prefix = aws_ecr_pull_through_cache_rule.red_hat.ecr_repository_prefix
}

output "red_hat_upstream" {
  value = data.aws_ecr_pull_through_cache_rule.red_hat.upstream_registry_url
}
