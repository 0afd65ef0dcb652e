/* pictures.h - what is sent: the picture files of a folder, each turned once
 * into the number array that goes over the wire, and shared by all clients. */
#ifndef STRESS_CLIENT_PICTURES_H
#define STRESS_CLIENT_PICTURES_H

#include "lib/err.h"
#include "lib/options.h"
#include "lib/rng.h"

#include <stddef.h>
#include <stdint.h>

struct picture_file {
	char *name;     /* "small.png" */
	uint8_t *bytes; /* the file: the secret */
	size_t length;
	char *array; /* "[137,80,...]" */
	size_t array_length;
	uint64_t weight;
};

struct pictures {
	struct picture_file *files;
	size_t count;
	uint64_t weight; /* of all */
};

/* Loads the regular files *.png, *.jpg and *.jpeg of the folder, in the order
 * of their names. `mix` ("small.png=12", ...) says how often each is chosen and
 * leaves out the others; empty: all alike. Returns 0, or -1 with `err`: no such
 * folder, no picture in it, a file that is none, a mix that names none. */
int pictures_load(struct pictures *pictures, const char *folder,
    const struct text_list *mix, struct err *err);

/* One at random, each as often as its weight says. */
const struct picture_file *pictures_choose(const struct pictures *pictures,
    struct rng *rng);

/* The one with the fewest bytes. */
const struct picture_file *pictures_smallest(const struct pictures *pictures);

void pictures_release(struct pictures *pictures);

#endif
