/*
 * What GraalVM compiles in C and Maven Central has no archive of: the functions that an image built of the builder's jars calls.
 * They do what a test of this project's executable needs on Linux x86_64 and no more: the locale is en_US, containers are not
 * looked at, and nobody attaches.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <jni.h>
#include "amd64cpufeatures.h"
#include "svm_locale.h"

#define RESTARTED(call) do { int result; do result = (call); while (result == -1 && errno == EINTR); return result; } while (0)

extern char **environ;

/* The processor, and where the image runs. */

void determineCPUFeatures(CPUFeatures *f) {
    unsigned a, b, c, d;
    memset(f, 0, sizeof *f);
    __builtin_cpu_init();
    f->fCX8 = f->fCMOV = f->fFXSR = f->fMMX = f->fSSE = f->fSSE2 = f->fTSC = f->fTSCINV = f->fTSCINV_BIT = f->fFLUSH = 1;
    f->fSSE3 = __builtin_cpu_supports("sse3") != 0;
    f->fSSSE3 = __builtin_cpu_supports("ssse3") != 0;
    f->fSSE4_1 = __builtin_cpu_supports("sse4.1") != 0;
    f->fSSE4_2 = __builtin_cpu_supports("sse4.2") != 0;
    f->fPOPCNT = __builtin_cpu_supports("popcnt") != 0;
    f->fAVX = f->fVZEROUPPER = __builtin_cpu_supports("avx") != 0;
    f->fAVX2 = __builtin_cpu_supports("avx2") != 0;
    f->fAES = __builtin_cpu_supports("aes") != 0;
    f->fCLMUL = __builtin_cpu_supports("pclmul") != 0;
    f->fBMI1 = __builtin_cpu_supports("bmi") != 0;
    f->fBMI2 = __builtin_cpu_supports("bmi2") != 0;
    f->fFMA = __builtin_cpu_supports("fma") != 0;
    f->fF16C = __builtin_cpu_supports("f16c") != 0;
    f->fLZCNT = __builtin_cpu_supports("lzcnt") != 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        f->fERMS = b >> 9 & 1;
        f->fADX = b >> 19 & 1;
        f->fFLUSHOPT = b >> 23 & 1;
        f->fCLWB = b >> 24 & 1;
        f->fSHA = b >> 29 & 1;
    }
}

int checkCPUFeatures(const char *mask) { return 0; }
int checkCPUFeaturesOrExit(const char *mask, const char *message) { return 0; }
void codeSynchronization_clearCache(char *start, long size) { __builtin___clear_cache(start, start + size); }

int svm_container_initialize(int version) { return 0; }
unsigned long svm_container_physical_memory() { return (unsigned long) sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE); }
long svm_container_memory_limit_in_bytes() { return -1; }
long svm_container_memory_and_swap_limit_in_bytes() { return -1; }
long svm_container_memory_soft_limit_in_bytes() { return -1; }
long svm_container_memory_usage_in_bytes() { return -1; }
long svm_container_memory_max_usage_in_bytes() { return -1; }
long svm_container_rss_usage_in_bytes() { return -1; }
long svm_container_cache_usage_in_bytes() { return -1; }
int svm_container_active_processor_count() { return sysconf(_SC_NPROCESSORS_ONLN); }

char **getEnviron() { return environ; }
int getThreadId() { return syscall(SYS_gettid); }
long getThreadUserTimeSlow(int thread) { return -1; }

static svm_locale_props_t locale = { "en", 0, "US", 0, "en", 0, "US", 0 };
int svm_initialize_locale() { return SVM_LOCALE_INITIALIZATION_SUCCEEDED; }
svm_locale_props_t *svm_get_locale() { return &locale; }
char *SVM_FindJavaTZmd(const char *mappings, int length) {
    const char *zone = getenv("TZ");
    return strdup(zone && *zone ? zone : "UTC");
}

/* Functions of C with any number of arguments, as functions with some. */

int openSII(const char *path, int flags, int mode) { return open(path, flags, mode); }
int openatISII(int folder, const char *path, int flags, int mode) { return openat(folder, path, flags, mode); }
void *mremapP(void *at, size_t before, size_t after, int flags, void *to) { return mremap(at, before, after, flags, to); }
int fprintfSD(FILE *file, const char *format, char *text, int number) { return fprintf(file, format, text, number); }

/* Signals: the handler counts, a thread of Java's waits for the semaphore. */

static volatile int handling;
static volatile long pending[NSIG];
static sem_t arrived;

static void count(int number) {
    int before = errno;
    __sync_fetch_and_add(&pending[number], 1);
    sem_post(&arrived);
    errno = before;
}

int cSunMiscSignal_open() {
    if (!__sync_bool_compare_and_swap(&handling, 0, 1)) {
        errno = EBUSY;
        return -1;
    }
    memset((void *) pending, 0, sizeof pending);
    return sem_init(&arrived, 0, 0);
}

int cSunMiscSignal_close() {
    handling = 0;
    return sem_destroy(&arrived);
}

int cSunMiscSignal_awaitSemaphore() {
    return sem_wait(&arrived) == -1 && errno != EINTR ? -1 : 0;
}

int cSunMiscSignal_signalSemaphore() { return sem_post(&arrived); }
int cSunMiscSignal_signalRangeCheck(int number) { return number > 0 && number < NSIG; }
void *cSunMiscSignal_signalHandlerFunctionPointer() { return count; }

int cSunMiscSignal_checkPendingSignal() {
    for (int number = 1; number < NSIG; number++) {
        for (long n = pending[number]; n > 0; n = pending[number]) {
            if (__sync_bool_compare_and_swap(&pending[number], n, n - 1)) {
                return number;
            }
        }
    }
    return -1;
}

/* Attaching a tool. */

void svm_attach_startup(char *path) {}
void svm_attach_listener_cleanup(int listener, char *path) {}
int svm_attach_check_socket_file(char *path) { return 0; }
int svm_attach_is_init_trigger(char *path) { return 0; }
int svm_attach_create_listener(char *path) { return -1; }
int svm_attach_wait_for_request(int listener) { return -1; }
void svm_attach_shutdown_socket(int socket) {}

/* What the JDK's libraries call of their JVM. */

void initialize() {}
int JVM_GetInterfaceVersion() { return 6; }
jboolean JVM_IsStaticallyLinked() { return JNI_FALSE; }
void *JVM_FindLibraryEntry(void *library, const char *name) { return dlsym(library, name); }
void *JVM_RegisterSignal(int number, void *handler) { return (void *) signal(number, (void (*)(int)) handler); }
void JVM_BeforeHalt() {}
void JVM_Halt(int status) { exit(status); }

int JVM_ActiveProcessorCount() {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
}

int JVM_InitializeSocketLibrary() { return 0; }
int JVM_GetHostName(char *name, int length) { return gethostname(name, length); }
int JVM_Socket(int domain, int type, int protocol) { return socket(domain, type, protocol); }
int JVM_Connect(int fd, struct sockaddr *address, socklen_t length) { RESTARTED(connect(fd, address, length)); }
int JVM_Listen(int fd, int backlog) { return listen(fd, backlog); }
int JVM_Send(int fd, char *bytes, size_t n, unsigned flags) { RESTARTED(send(fd, bytes, n, flags)); }
int JVM_SocketAvailable(int fd, int *bytes) { return fd >= 0 && ioctl(fd, FIONREAD, bytes) != -1; }
int JVM_SocketClose(int fd) { return close(fd); }
int JVM_SocketShutdown(int fd, int how) { return shutdown(fd, how); }
int JVM_GetSockName(int fd, struct sockaddr *address, socklen_t *length) { return getsockname(fd, address, length); }
int JVM_GetSockOpt(int fd, int level, int name, char *value, socklen_t *n) { return getsockopt(fd, level, name, value, n); }
int JVM_SetSockOpt(int fd, int level, int name, const char *value, socklen_t n) { return setsockopt(fd, level, name, value, n); }

static struct timespec now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time;
}

jlong JVM_CurrentTimeMillis(void *env, void *ignored) {
    struct timespec time = now(CLOCK_REALTIME);
    return time.tv_sec * 1000L + time.tv_nsec / 1000000;
}

jlong JVM_NanoTime(void *env, void *ignored) {
    struct timespec time = now(CLOCK_MONOTONIC);
    return time.tv_sec * 1000000000L + time.tv_nsec;
}

jlong JVM_GetNanoTimeAdjustment(void *env, void *ignored, jlong since) {
    struct timespec time = now(CLOCK_REALTIME);
    jlong seconds = time.tv_sec - since;
    return seconds >= 1L << 32 || seconds <= -(1L << 32) ? -1 : seconds * 1000000000L + time.tv_nsec;
}

jlong Java_java_lang_System_currentTimeMillis(void *env, void *ignored) { return JVM_CurrentTimeMillis(env, ignored); }
jlong Java_java_lang_System_nanoTime(void *env, void *ignored) { return JVM_NanoTime(env, ignored); }
jlong Java_jdk_internal_misc_VM_getNanoTimeAdjustment(void *env, void *ignored, jlong since) {
    return JVM_GetNanoTimeAdjustment(env, ignored, since);
}

int JVM_GetLastErrorString(char *buffer, int size) {
    return errno == 0 ? 0 : snprintf(buffer, size, "%s", strerror(errno));
}

jstring JVM_GetTemporaryDirectory(JNIEnv *env) { return (*env)->NewStringUTF(env, "/tmp"); }

int jio_vsnprintf(char *text, size_t size, const char *format, va_list arguments) {
    int n = vsnprintf(text, size, format, arguments);
    return n >= 0 && (size_t) n < size ? n : -1;
}

int jio_snprintf(char *text, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = jio_vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return n;
}

int jio_vfprintf(FILE *file, const char *format, va_list arguments) { return vfprintf(file, format, arguments); }

int jio_fprintf(FILE *file, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = vfprintf(file, format, arguments);
    va_end(arguments);
    return n;
}

/* The builder's own progress report. */

jlong Java_com_oracle_svm_hosted_ProgressReporterCHelper_getPeakRSS0(JNIEnv *env, jclass type) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (jlong) usage.ru_maxrss * 1024;
}

jint Java_com_oracle_svm_hosted_ProgressReporterCHelper_getTerminalWindowColumns0(JNIEnv *env, jclass type) { return -1; }

/* The part of jdk.management that asks for the machine's memory. */

JNIEXPORT void JNICALL Java_com_sun_management_internal_OperatingSystemImpl_initialize0(JNIEnv *env, jclass class) {}
JNIEXPORT jlong JNICALL Java_com_sun_management_internal_OperatingSystemImpl_getTotalMemorySize0(JNIEnv *env, jobject bean) {
    return svm_container_physical_memory();
}
