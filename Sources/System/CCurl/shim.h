// libcurl, and its variadic calls with one type each.
// C, because Swift imports neither variadic functions nor the macros that check their arguments.
#pragma once

#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

/// The type of the header and the write callback, without curl's void pointers for bytes.
typedef size_t (*vj_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode vj_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

/// curl copies the text.
static inline CURLcode vj_curl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode vj_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// What is behind the pointer must live until the transfer is removed, or for `CURLOPT_COPYPOSTFIELDS` is copied.
static inline CURLcode vj_curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode vj_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode vj_curl_set_data_callback(CURL *easy, CURLoption option, vj_curl_data_callback value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode vj_curl_set_connected_callback(CURL *easy, curl_prereq_callback value) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode vj_curl_set_progress_callback(CURL *easy, curl_xferinfo_callback value) {
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, value);
}

static inline CURLcode vj_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode vj_curl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode vj_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The result of a `CURLMSG_DONE`; C, because Swift shows a union's members as copies of the whole.
static inline CURLcode vj_curl_result(const CURLMsg *message) {
    return message->data.result;
}

static inline CURLMcode vj_curl_multi_set_socket_callback(CURLM *multi, curl_socket_callback value, void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}

static inline CURLMcode vj_curl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback value, void *context) {
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}
