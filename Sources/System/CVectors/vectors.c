#include "vectors.h"

int32_t vj_product_plain(const int8_t *left, const int8_t *right, size_t count) {
    int32_t sum = 0;
    for (size_t place = 0; place < count; place++) sum += (int32_t)left[place] * (int32_t)right[place];
    return sum;
}

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("avx2")))
static inline int32_t product_avx2(const int8_t *left, const int8_t *right, size_t count) {
    __m256i sums = _mm256_setzero_si256();
    size_t place = 0;
    for (; place + 16 <= count; place += 16) {
        // Sixteen numbers of 16 bits; neighbours' products are added to 32 bits, which cannot overflow.
        __m256i some = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(left + place)));
        __m256i others = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(right + place)));
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(some, others));
    }
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(1, 0, 3, 2)));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtsi128_si32(half) + vj_product_plain(left + place, right + place, count - place);
}

__attribute__((target("avx2")))
static void products_avx2(
    const int8_t *one, const int8_t *vectors, size_t length, size_t vectors_count, int32_t *products) {
    for (size_t number = 0; number < vectors_count; number++) {
        products[number] = product_avx2(one, vectors + number * length, length);
    }
}

static int has_avx2(void) { return __builtin_cpu_supports("avx2"); }

#else

static int has_avx2(void) { return 0; }
#define product_avx2 vj_product_plain
#define products_avx2(one, vectors, length, vectors_count, products)

#endif

int32_t vj_product(const int8_t *left, const int8_t *right, size_t count) {
    return has_avx2() ? product_avx2(left, right, count) : vj_product_plain(left, right, count);
}

void vj_products(const int8_t *one, const int8_t *vectors, size_t length, size_t vectors_count, int32_t *products) {
    if (has_avx2()) {
        products_avx2(one, vectors, length, vectors_count, products);
        return;
    }
    for (size_t number = 0; number < vectors_count; number++) {
        products[number] = vj_product_plain(one, vectors + number * length, length);
    }
}
