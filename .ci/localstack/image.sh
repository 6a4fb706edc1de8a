#!/usr/bin/env bash
# Builds localstack/localstack:4.14.0 where that image can't be pulled: Python and Java from Debian, LocalStack's release from PyPI, and
# DynamoDB Local from Maven Central, laid where LocalStack looks before it would download it.
# Usage: image.sh IMAGE FOLDER   FOLDER takes the jars and the logs.
set -euo pipefail
cd "$(dirname "$0")/../.."
image=$1
work=$(realpath -m "$2")
version=${image##*:}
mkdir -p "$work/dynamodb-local/2/DynamoDBLocal_lib"

# LocalStack starts `java -javaagent:ddb-local-loader-0.1.jar -jar DynamoDBLocal.jar`. Its agent (more than 20 indexes a table; Weir has
# one) is on GitHub only: Byte Buddy's stands in, which changes nothing. The classpath is the one that the embedded tests use.
jars=$work/dynamodb-local/2
./mvnw -B -q dependency:copy-dependencies -DincludeScope=test -DoutputDirectory="$jars/DynamoDBLocal_lib"
cp "$jars"/DynamoDBLocal_lib/byte-buddy-agent-*.jar "$jars/ddb-local-loader-0.1.jar"
{
  echo "Main-Class: com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
  echo "Class-Path: ."
  (cd "$jars" && printf '  %s\n' DynamoDBLocal_lib/*.jar)
} >"$work/manifest"
jar --create --file "$jars/DynamoDBLocal.jar" --manifest "$work/manifest"

# What Testcontainers starts; "Ready." on standard output is what it waits for.
cat >"$work/docker-entrypoint.sh" <<'SH'
#!/bin/sh
exec /opt/localstack/bin/localstack-supervisor
SH
chmod +x "$work/docker-entrypoint.sh"

# trixie: LocalStack 4.14.0 is written for Python 3.13, and starts DynamoDB Local with Java 21.
# What LocalStack needs is taken as it was on the day of its release: with cbor2 6, for one, it does not start.
# pip in the chroot trusts whom this machine trusts: its registries may be behind a mirror with a certificate of its own.
certificates=/etc/ssl/certs/ca-certificates.crt
pip="env -u PIP_FIND_LINKS PIP_CERT=$certificates /opt/localstack/bin/pip install -q --no-cache-dir --disable-pip-version-check"
mmdebstrap --quiet --mode=root --variant=minbase --include=ca-certificates,python3,python3-venv,openjdk-21-jre-headless \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --customize-hook="cp $certificates \"\$1$certificates\"" \
  --customize-hook='chroot "$1" python3 -m venv /opt/localstack' \
  --customize-hook="chroot \"\$1\" $pip 'pip>=26'" \
  --customize-hook="chroot \"\$1\" $pip --uploaded-prior-to=2026-02-27 'localstack-core[runtime]==$version'" \
  --customize-hook='chroot "$1" update-ca-certificates --fresh >/dev/null' \
  --customize-hook='mkdir -p "$1/usr/lib/localstack/java" "$1/var/lib/localstack"' \
  --customize-hook='chroot "$1" sh -c "ln -s /usr/lib/jvm/java-21-openjdk-* /usr/lib/localstack/java/21"' \
  --customize-hook="cp -r '$work/dynamodb-local' \"\$1/usr/lib/localstack/\"" \
  --customize-hook="cp '$work/docker-entrypoint.sh' \"\$1/usr/local/bin/\"" \
  trixie "$work/image.tar" 2>"$work/mmdebstrap.log" || { tail -20 "$work/mmdebstrap.log"; exit 1; }

docker import --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'EXPOSE 4566' \
  --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8 PYTHONUNBUFFERED=1 SKIP_SSL_CERT_DOWNLOAD=1 DISABLE_EVENTS=1' \
  "$work/image.tar" "$image" >/dev/null
rm "$work/image.tar"
