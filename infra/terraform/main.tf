# Weir managed by Terraform's own aws provider: the resources are ECR's, the endpoints are Weir's admin API.
#
#   export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…     a key of role admin
#   terraform init && terraform apply -var admin_api=https://…
#
# On a laptop (./mvnw -Plocal): AWS_ACCESS_KEY_ID=weir AWS_SECRET_ACCESS_KEY=weir-local-secret, admin_api=http://localhost:5000
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}

variable "admin_api" {
  description = "Where the admin API is, without /ecr"
  default     = "http://localhost:5000"
}

variable "region" {
  default = "us-east-1"
}

variable "docker_hub_secret" {
  description = "ARN of a secret ecr-pullthroughcache/… with username and accessToken; empty for anonymous pulls"
  default     = ""
}

variable "kept_images" {
  description = "How many images of a repository its lifecycle policy keeps"
  default     = 50
}

# The account's id comes from Weir's /sts: don't set skip_requesting_account_id, which some resources need it for.
provider "aws" {
  region                      = var.region
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  endpoints {
    ecr = "${var.admin_api}/ecr"
    sts = "${var.admin_api}/sts"
  }
}
