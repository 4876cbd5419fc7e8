// Products of vectors of small numbers, with the processor's widest instructions that are sure to help.
// C, because Swift has no functions that are compiled for a processor which may or may not be there.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The sum of the products of `count` pairs of numbers.
int32_t vj_product(const int8_t *left, const int8_t *right, size_t count);

/// The product of `one` with each of `vectors`, which lie one behind the other and have `length` numbers each.
void vj_products(const int8_t *one, const int8_t *vectors, size_t length, size_t vectors_count, int32_t *products);

/// The same as `vj_product` without any special instructions: what every processor does, and tests compare with.
int32_t vj_product_plain(const int8_t *left, const int8_t *right, size_t count);
