#!/usr/bin/env bash
# Makes a native-image where none can be installed, in a folder: the image builder of GraalVM from Maven Central (its own jars), on
# a copy of this machine's JDK 25; that JDK's native libraries, compiled from Debian's source package of a JDK; what GraalVM has in
# C, from support.c; and driver as its command. Linux on x86_64.
# Usage: .ci/native/compiler.sh FOLDER; then GRAALVM_HOME=FOLDER ./mvnw package -Dnative
# Ends with 3, and says why, where a piece can't be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
svm=25.0.2
central=https://repo1.maven.org/maven2/org/graalvm
debian=http://deb.debian.org/debian

lacks() {
    echo "no native-image: $1"
    exit 3
}

[ "$(uname -m)" = x86_64 ] || lacks "this machine is no x86_64"
command -v gcc >/dev/null || lacks "there is no gcc"
java=
for candidate in ${JDK_25_HOME:-} /usr/lib/jvm/*25*; do
    if grep -qs '^JAVA_VERSION="25\.' "$candidate/release" && [ -e "$candidate/lib/src.zip" ]; then java=$candidate; fi
done
[ -n "$java" ] || lacks "there is no JDK 25 with its sources in /usr/lib/jvm; JDK_25_HOME names one elsewhere"
rm -rf jdk builder work bin
mkdir -p builder work bin
cp -a "$java/." jdk

# The builder.
while read -r sum path; do
    file=builder/${path##*/}.jar
    curl -fsS --retry 3 -o "$file" "$central/$path/$svm/${path##*/}-$svm.jar" || lacks "$central/$path/$svm is not served"
    echo "$sum  $file"
done <"$here/builder.sha256" | sha256sum -c --quiet || lacks "a jar of the builder is not what it was"

# The sources of a JDK: 25's fit best, 26's native code differs in few places.
sources=
for suite in trixie sid; do
    curl -fsS --retry 3 -o work/InRelease "$debian/dists/$suite/InRelease" \
        -o work/Sources.xz "$debian/dists/$suite/main/source/Sources.xz" || continue
    gpgv -q --keyring /usr/share/keyrings/debian-archive-keyring.gpg --output - work/InRelease 2>/dev/null >work/Release || continue
    sum=$(awk '/^SHA256:/ { sums = 1; next } /^[^ ]/ { sums = 0 } sums && $3 == "main/source/Sources.xz" { print $1 }' work/Release)
    echo "$sum  work/Sources.xz" | sha256sum -c --quiet || continue
    xz -dc work/Sources.xz >work/Sources
    for package in openjdk-25 openjdk-26; do
        read -r folder sum file < <(awk -v package="$package" '
            /^Package: / { found = $2 == package; sums = 0 }
            found && /^Directory: / { folder = $2 }
            found && /^Checksums-Sha256:/ { sums = 1; next }
            /^[^ ]/ { sums = 0 }
            found && sums && $3 ~ /[0-9]\.orig\.tar\.xz$/ { sum = $1; file = $3 }
            found && /^$/ { if (folder && file) print folder, sum, file; exit }' work/Sources) || continue
        if curl -fsS --retry 2 -o work/jdk.tar.xz "$debian/$folder/$file" 2>/dev/null \
            && echo "$sum  work/jdk.tar.xz" | sha256sum -c --quiet 2>/dev/null; then
            sources=$file
            break 2
        fi
    done
done
[ -n "$sources" ] || lacks "Debian serves no source of a JDK 25 or 26 that its signature covers"
mkdir work/source
tar xf work/jdk.tar.xz -C work/source --strip-components=1 --wildcards \
    '*/src/java.base/*/native/*' '*/src/jdk.net/*/native/*' '*/src/hotspot/share/include/*' '*/src/hotspot/os/posix/include/*'

# The headers of this JDK's native methods.
unzip -q jdk/lib/src.zip 'java.base/*' 'jdk.net/*' -d work/java
find work/java/java.base -name '*.java' >work/java.files
jdk/bin/javac -nowarn -proc:none --system none -d work/classes -h work/headers @work/java.files
jdk/bin/javac -nowarn -proc:none -d work/classes.net --patch-module jdk.net=work/java/jdk.net -h work/headers \
    work/java/jdk.net/jdk/net/*SocketOptions.java
# JDK 26 returns the error that JDK 25 throws.
unix=work/source/src/java.base/unix/native/libnio/fs/UnixNativeDispatcher.c
if grep -A1 '^JNIEXPORT jint JNICALL' "$unix" | grep -q fstatat0 \
    && grep -q 'void.*_fstatat0' work/headers/sun_nio_fs_UnixNativeDispatcher.h; then
    sed -i 's/Java_sun_nio_fs_UnixNativeDispatcher_fstatat0/fstatat26/' "$unix"
    cat >>"$unix" <<'END'
JNIEXPORT void JNICALL Java_sun_nio_fs_UnixNativeDispatcher_fstatat0(
        JNIEnv *env, jclass this, jint folder, jlong path, jint flag, jobject attributes) {
    int error = fstatat26(env, this, folder, path, flag, attributes);
    if (error != 0) throwUnixException(env, error);
}
END
fi

# The libraries. A file that doesn't fit the headers is left out: the linker of an image says so if it is needed.
static=jdk/lib/static/linux-amd64/glibc
mkdir -p "$static"
base=work/source/src/java.base
includes=(-I work/headers -I jdk/include -I jdk/include/linux -I work/source/src/hotspot/share/include
    -I work/source/src/hotspot/os/posix/include)
for folder in "$base"/{share,unix,linux}/native/{include,libjava,libnet,libnio,libnio/ch,libnio/fs,libzip,libjimage}; do
    if [ -d "$folder" ]; then includes+=(-I "$folder"); fi
done
flags=(-O2 -fPIC -w -fno-strict-aliasing -ffunction-sections -fdata-sections -DLINUX -D_GNU_SOURCE -D_REENTRANT -D_LP64=1
    -D_LITTLE_ENDIAN -D_LARGEFILE64_SOURCE -D_FILE_OFFSET_BITS=64 -DSTATIC_BUILD=1 -DNDEBUG -Damd64 '-DARCHPROPNAME="amd64"'
    '-DVERSION_STRING="25"' '-DVERSION_NUMBER="25"')
for library in java net nio zip extnet; do
    module=java.base
    if [ "$library" = extnet ]; then module=jdk.net; fi
    mkdir -p "work/objects/$library"
    find "work/source/src/$module" -regex ".*/\(share\|unix\|linux\)/native/lib$library/.*\.c" | while read -r file; do
        gcc "${flags[@]}" -DLIBRARY_NAME=$library "${includes[@]}" -c "$file" -o "work/objects/$library/$(basename "$file" .c).o" \
            2>>work/left-out.log || echo "$file" >>work/left-out
    done
    ar rcs "$static/lib$library.a" "work/objects/$library"/*.o
done

# What GraalVM has in C, with headers that have the fields its jars ask for.
svm_include=jdk/lib/svm/clibraries/linux-amd64/include
mkdir -p "$svm_include" jdk/lib/svm/builder/lib
for each in amd64:AMD64 aarch64:AArch64 riscv64:RISCV64; do
    fields=$(jdk/bin/javap -p -cp builder/svm.jar "com.oracle.svm.core.${each%%:*}.${each##*:}LibCHelper\$CPUFeatures" \
        | grep -o '\bf[A-Z0-9_a-z]*()' | sed 's/()//; s/.*/char &;/')
    printf 'typedef struct {\n%s\n} CPUFeatures;\n' "$fields" >"$svm_include/${each%%:*}cpufeatures.h"
done
cat >"$svm_include/svm_locale.h" <<'END'
static const int SVM_LOCALE_INITIALIZATION_USE_DEFAULT = 0;
static const int SVM_LOCALE_INITIALIZATION_SUCCEEDED = 1;
static const int SVM_LOCALE_INITIALIZATION_OUT_OF_MEMORY = 2;
typedef struct {
    char *format_language, *format_script, *format_country, *format_variant;
    char *display_language, *display_script, *display_country, *display_variant;
} svm_locale_props_t;
END
gcc -O2 -fPIC -w -I "$svm_include" -I jdk/include -I jdk/include/linux -c "$here/support.c" -o work/support.o
for library in libchelper jvm svm_container; do
    ar rcs "${svm_include%/include}/lib$library.a" work/support.o
done
gcc -shared -o jdk/lib/svm/builder/lib/libreporterchelper.so work/support.o

# Each package of the JDK is open to the builder, as to GraalVM's own.
builder=$(for jar in builder/*.jar; do jdk/bin/jar --describe-module --file "$jar" | sed -n '1s/ .*//p'; done | sed 's/@.*//' | paste -sd,)
for module in java.base jdk.internal.vm.ci java.management jdk.management jdk.jfr java.logging jdk.internal.jvmstat java.instrument \
    jdk.net java.xml java.desktop jdk.zipfs java.naming java.security.jgss jdk.httpserver java.rmi java.net.http; do
    jdk/bin/java --describe-module "$module" \
        | awk '/^(qualified )?(exports|opens)|^contains/ { print $1 == "qualified" ? $3 : $2 }' \
        | sort -u | while read -r package; do
        echo "--add-exports=$module/$package=$builder,ALL-UNNAMED"
        echo "--add-opens=$module/$package=$builder,ALL-UNNAMED"
    done
done >exports.args
rm -rf work
ln -sf "$here/driver" bin/native-image
echo "native-image: GraalVM's builder $svm on $(sed -n 's/^FULL_VERSION="\(.*\)"/JDK \1/p' jdk/release), native libraries of $sources"
