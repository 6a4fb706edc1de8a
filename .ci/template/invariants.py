"""What holds of the translated stack under every choice of parameters. Each check yields what is wrong, a line each."""
import json
import re

DIALERS = ("Registry", "Fill", "Refresh", "Control")
FUNCTIONS = (*DIALERS, "Wait", "Authorizer", "PullSecrets")
RESERVED = {"Registry": "RegistryConcurrency", "Wait": "WaitConcurrency", "Authorizer": "AuthorizerConcurrency",
            "Fill": "FillConcurrency", "Control": "ControlConcurrency"}
PATHS = {"/": "Registry", "/{proxy+}": "Registry", "/_wait/{proxy+}": "Wait"}
OUTLIVE_A_FAILED_CREATE = {"Table", "ApiLogRole", "ApiAccount"}
# Names of AWS's own principals are the same in every partition.
PRINCIPALS = re.compile(r"^(lambda|apigateway|events)\.amazonaws\.com$")


class Stack:
    """The resolved template and the choice it came from."""

    def __init__(self, resolved, choice, suffix):
        self.resources, self.outputs = resolved["Resources"], resolved["Outputs"]
        self.choice, self.suffix = choice, suffix
        left_out = {"Control": choice["AdminApi"] == "off", "PullSecrets": choice["PullSecrets"] == ""}
        self.functions = tuple(name for name in FUNCTIONS if not left_out.get(name))

    def of_type(self, kind):
        return {name: resource for name, resource in self.resources.items() if resource["Type"] == kind}

    def properties(self, name):
        return self.resources.get(name, {}).get("Properties", {})

    def statements(self, function):
        policies = self.properties(f"{function}Role")["Policies"]
        return {statement["Sid"]: statement for policy in policies
                for statement in policy["PolicyDocument"]["Statement"]}

    def version(self, function):
        names = [name for name in self.of_type("AWS::Lambda::Version") if name.startswith(f"{function}FunctionVersion")]
        return (names[0], self.resources[names[0]]) if len(names) == 1 else ("", {})


def only_stage_v2(stack):
    stages = [stage["Properties"]["StageName"] for stage in stack.of_type("AWS::ApiGateway::Stage").values()]
    if stages != ["v2"]:
        yield f"stages are {stages}"
    for name, deployment in stack.of_type("AWS::ApiGateway::Deployment").items():
        if "StageName" in deployment["Properties"]:
            yield f"{name} makes a stage {deployment['Properties']['StageName']} of its own"


def everything_named_is_there(stack):
    named = set(re.findall(r"<([A-Za-z0-9]+)[.>]", json.dumps({"r": stack.resources, "o": {
        name: output["Value"] for name, output in stack.outputs.items()}})))
    for resource in stack.resources.values():
        named |= set(resource.get("DependsOn") or [])
    for name in sorted(named - set(stack.resources) - {"Registry"}):
        yield f"{name} is named and not in the stack"


def versions_are_kept_and_described(stack):
    for function in stack.functions:
        name, version = stack.version(function)
        if (version.get("DeletionPolicy"), version.get("UpdateReplacePolicy")) != ("Retain", "Retain"):
            yield f"the version of {function} is not kept when the next replaces it"
        if not 1 <= len(version.get("Properties", {}).get("Description", "")) <= 256:
            yield f"{name} has no description of 1 to 256 characters"


def alias_points_to_the_version(stack):
    for function in stack.functions:
        alias = stack.properties(f"{function}FunctionAliaslive")
        if alias.get("FunctionVersion") != f"<{stack.version(function)[0]}.Version>":
            yield f"alias live of {function} is {alias.get('FunctionVersion')}"


def concurrency_is_reserved_as_chosen(stack):
    for function in stack.functions:
        wanted = int(stack.choice.get(RESERVED.get(function, ""), "0")) or None
        found = stack.properties(f"{function}Function").get("ReservedConcurrentExecutions")
        if found != wanted:
            yield f"{function} has reserved concurrency {found}, chosen is {wanted}"


def upstream_functions_alone_are_in_the_vpc(stack):
    subnets, groups = stack.choice["SubnetIds"], stack.choice["SecurityGroupIds"]
    wanted = {"SubnetIds": subnets.split(","), "SecurityGroupIds": groups.split(",")} if subnets else None
    for function in stack.functions:
        expected = wanted if function in DIALERS else None
        if stack.properties(f"{function}Function").get("VpcConfig") != expected:
            yield f"VpcConfig of {function} is not {expected}"
        policies = stack.properties(f"{function}Role").get("ManagedPolicyArns")
        if policies != (["<NetworkInterfacesPolicy>"] if expected else None):
            yield f"managed policies of {function}Role are {policies}"


def proxy_and_regional_endpoint_are_told(stack):
    for function in stack.functions:
        told = stack.properties(f"{function}Function")["Environment"]["Variables"]
        proxy = (stack.choice["UpstreamProxy"] or None) if function in DIALERS else None
        if told.get("WEIR_UPSTREAM_PROXY") != proxy:
            yield f"WEIR_UPSTREAM_PROXY of {function} is {told.get('WEIR_UPSTREAM_PROXY')}"
        signs = function in (*DIALERS, "Wait")
        if told.get("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT") != ("regional" if signs else None):
            yield f"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT of {function} is wrong"


def only_chosen_registries_of_aws_are_allowed(stack):
    policy = stack.properties("UpstreamRegistriesPolicy")
    found = {statement["Sid"]: (statement["Action"], statement["Resource"])
             for statement in policy.get("PolicyDocument", {}).get("Statement", [])}
    repositories, roles = ([arn for arn in stack.choice[name].split(",") if arn]
                           for name in ("UpstreamEcrRepositoryArns", "UpstreamRoleArns"))
    wanted = {}
    if repositories:
        wanted |= {"EcrToken": ("ecr:GetAuthorizationToken", "*"),
                   "PullFromEcr": (["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], repositories)}
    if roles:
        wanted |= {"RolesOfRules": ("sts:AssumeRole", roles)}
    if stack.choice["EcrPublicToken"] == "on":
        wanted |= {"EcrPublicToken": ("ecr-public:GetAuthorizationToken", "*"),
                   "EcrPublicBearerToken": ("sts:GetServiceBearerToken", "*")}
    if found != wanted:
        yield f"the policy for registries of AWS allows {found}"
    if wanted and policy["Roles"] != [f"<{function}Role>" for function in DIALERS if function in stack.functions]:
        yield f"the policy for registries of AWS is of {policy['Roles']}"
    for function in stack.functions:
        told = stack.properties(f"{function}Function")["Environment"]["Variables"]
        expected = stack.choice["EcrPublicToken"] if function in DIALERS else None
        if told.get("WEIR_ECR_PUBLIC_TOKEN") != expected or ("WEIR_ROLE_EXTERNAL_ID" in told) != bool(expected):
            yield f"{function} is told {told}"


def gateway_answers_overload_with_retry_after(stack):
    responses = stack.properties("Api")["Body"]["x-amazon-apigateway-gateway-responses"]
    wanted = {"THROTTLED": 429, "INTEGRATION_FAILURE": 503, "AUTHORIZER_FAILURE": 503,
              "AUTHORIZER_CONFIGURATION_ERROR": 503}
    for kind, status in wanted.items():
        response = responses[kind]
        after = response["responseParameters"].get("gatewayresponse.header.Retry-After", "")
        if int(response["statusCode"]) != status or not re.fullmatch("'[1-9][0-9]?'", after):
            yield f"{kind} is {response['statusCode']} with Retry-After {after}"


def throttle_is_the_chosen_one(stack):
    settings = stack.properties("Apiv2Stage")["MethodSettings"][0]
    found = settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]
    if found != (int(stack.choice["ThrottleRate"]), int(stack.choice["ThrottleBurst"])):
        yield f"throttle of the stage is {found}"


def web_acl_guards_the_stage_if_chosen(stack):
    limit = stack.choice["AddressRateLimit"]
    if (limit != "0") != ("WebAcl" in stack.resources):
        yield f"AddressRateLimit {limit}: WebAcl is {'' if 'WebAcl' in stack.resources else 'not '}there"
    elif limit != "0":
        statement = stack.properties("WebAcl")["Rules"][0]["Statement"]["RateBasedStatement"]
        if statement["Limit"] != limit:
            yield f"the limit is {statement['Limit']}"
        arn = stack.properties("WebAclAssociation")["ResourceArn"]
        if not arn.endswith("::/restapis/<Api>/stages/<Apiv2Stage>"):
            yield f"the web ACL guards {arn}"


def former_keys_only_decrypt(stack):
    former = [arn for arn in stack.choice["FormerKmsKeyArns"].split(",") if arn]
    for function in stack.functions:
        statement = stack.statements(function).get("FormerKeys")
        if bool(statement) != bool(former):
            yield f"FormerKeys of {function}Role is {statement}"
        elif former and (statement["Action"], statement["Resource"]) != ("kms:Decrypt", former):
            yield f"FormerKeys of {function}Role allows {statement['Action']} on {statement['Resource']}"


def presigned_urls_are_bound_as_chosen(stack):
    found = {statement["Sid"]: statement["Condition"] for statement
             in stack.properties("BucketPolicy")["PolicyDocument"]["Statement"] if "PresignedUrls" in statement["Sid"]}
    signed = {"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}
    key = "aws:VpcSourceIp" if stack.choice["EndpointType"] == "PRIVATE" else "aws:SourceIp"
    cidrs = {"NotIpAddress": {key: stack.choice["AllowedSourceCidrs"].split(",")}}
    wanted = {"none": {},
              "cidrs": {"PresignedUrlsOnlyFromTheseAddresses": signed | cidrs},
              "vpc": {"PresignedUrlsOnlyFromThisVpc": signed | {
                  "StringNotEquals": {"aws:SourceVpc": stack.choice["ClientVpcId"]}}}}
    if found != wanted[stack.choice["PresignedUrlBinding"]]:
        yield f"presigned URLs are bound by {found}"


def traces_are_written_as_chosen(stack):
    on = stack.choice["Tracing"] == "on"
    if stack.properties("Apiv2Stage")["TracingEnabled"] is not on:
        yield "TracingEnabled of the stage"
    for function in stack.functions:
        mode = stack.properties(f"{function}Function")["TracingConfig"]["Mode"]
        if mode != ("Active" if on else "PassThrough") or ("Traces" in stack.statements(function)) != on:
            yield f"tracing of {function} is {mode}"


def partition_and_suffix_are_the_regions(stack):
    def walk(node, path):
        if isinstance(node, dict):
            for key, value in node.items():
                yield from walk(value, path + [key])
        elif isinstance(node, list):
            for value in node:
                yield from walk(value, path)
        elif isinstance(node, str) and node not in stack.choice.values():
            yield path, node
    partition = stack.choice["Partition"]
    chosen = ",".join(stack.choice.values())
    for path, text in walk({"r": stack.resources, "o": stack.outputs}, []):
        if text in chosen or PRINCIPALS.match(text):
            continue
        for found in re.findall(r"arn:(aws[a-z-]*):", text):
            if found != partition:
                yield f"{'/'.join(path)}: arn:{found}"
        for found in re.findall(r"[a-z0-9-]+\.(amazonaws\.com[a-z.]*)", text):
            if found != stack.suffix:
                yield f"{'/'.join(path)}: {text}"


def failed_first_deploy_leaves_little(stack):
    left = {name for name, resource in stack.resources.items() if resource.get("DeletionPolicy") == "Retain"
            and resource["Type"] != "AWS::Lambda::Version"}
    for name in sorted(left - OUTLIVE_A_FAILED_CREATE):
        yield f"{name} is left behind"
    if stack.properties("Table")["DeletionProtectionEnabled"] and "Table" not in left:
        yield "the stack would try to delete the protected table and end in ROLLBACK_FAILED"


def gateway_waits_for_its_log_role(stack):
    waits = "<ApiAccount>" in stack.properties("Api")["Description"]
    if waits != ("ApiAccount" in stack.resources) or waits != (stack.choice["GatewayLogRole"] == "create"):
        yield "the API does not wait for ApiAccount, or waits in vain"


def admin_api_is_there_as_chosen(stack):
    on, own = stack.choice["AdminApi"] == "on", stack.choice["DomainName"] != ""
    for kind, wanted in {"AWS::ApiGatewayV2::Api": on, "AWS::ApiGatewayV2::Stage": on,
                         "AWS::SecretsManager::Secret": 1 + on, "AWS::ApiGatewayV2::ApiMapping": on and own}.items():
        if len(stack.of_type(kind)) != int(wanted):
            yield f"{kind}: {sorted(stack.of_type(kind))}"
    if ("ControlFunction" in stack.resources) != on or ("EcrEndpoint" in stack.outputs) != on:
        yield "the control function or its output is there, or not, against AdminApi"
    if on and ("<ApiAccount>" in stack.properties("ControlStage")["Description"]) != ("ApiAccount" in stack.resources):
        yield "the stage of the admin API does not wait for ApiAccount, or waits in vain"


def pull_secrets_are_rotated_as_chosen(stack):
    chosen = stack.choice["PullSecrets"] != ""
    for name in ("PullSecretsFunction", "PullSecretsRole", "PullSecretsLogs", "PullSecretsErrorsAlarm"):
        if (name in stack.resources) != chosen:
            yield f"{name} is there, or not, against PullSecrets"


def authorizer_is_called_by_this_api_only(stack):
    arn = stack.properties("AuthorizerInvokedByApi")["SourceArn"]
    if not arn.endswith(":<Api>/authorizers/*"):
        yield f"the authorizer may be called by {arn}"
    for function, path in (("Registry", "/v2/*"), ("Wait", "/v2/*/_wait/*")):
        arn = stack.properties(f"{function}InvokedByApi")["SourceArn"]
        if not arn.endswith(f":<Api>{path}"):
            yield f"{function}Function may be called by {arn}"


def each_path_has_its_function(stack):
    paths = stack.properties("Api")["Body"]["paths"]
    found = {path: re.findall(r"<(\w+)Function\.Alias>|<(\w+)FunctionAliaslive>", json.dumps(methods))
             for path, methods in paths.items()}
    found = {path: {name for pair in names for name in pair if name} for path, names in found.items()}
    if found != {path: {function} for path, function in PATHS.items()}:
        yield f"paths are answered by {found}"


def prefetch_is_what_fill_may_run(stack):
    told = stack.properties("RegistryFunction")["Environment"]["Variables"].get("WEIR_MAX_PREFETCHED")
    chosen = int(stack.choice["FillConcurrency"]) or None
    if (told if told is None else int(told)) != chosen:
        yield f"WEIR_MAX_PREFETCHED is {told}, FillConcurrency is {chosen}"


def waiting_alone_is_patient(stack):
    for function in stack.functions:
        told = stack.properties(f"{function}Function")["Environment"]["Variables"]
        if ("WEIR_PATIENCE" in told) != (function == "Wait"):
            yield f"WEIR_PATIENCE of {function} is {told.get('WEIR_PATIENCE')}"


ALL = [value for value in list(globals().values()) if callable(value) and getattr(value, "__module__", "") == __name__
       and value is not Stack]
