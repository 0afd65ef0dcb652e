/* render.c - the pictures of this folder: a ringed planet and its storms over
 * layered mountains and a lake. `render WIDTH HEIGHT SEED` writes a PPM.
 * README.md says how the three files were made with it. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct rgb {
	double r, g, b;
};

static uint32_t seed;

static struct rgb mix(struct rgb a, struct rgb b, double t)
{
	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return (struct rgb){ a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t,
		a.b + (b.b - a.b) * t };
}

/* 0..1, the same for the same point and seed. */
static double hash(int x, int y)
{
	uint32_t h = (uint32_t)x * 0x9e3779b1u ^ (uint32_t)y * 0x85ebca77u ^
	             seed * 0xc2b2ae3du;

	h = (h ^ h >> 15) * 0x2c1b3c6du;
	h = (h ^ h >> 12) * 0x297a2d39u;
	return (h ^ h >> 15) / 4294967295.0;
}

static double noise(double x, double y)
{
	int i = (int)floor(x), j = (int)floor(y);
	double u = x - i, v = y - j;

	u = u * u * (3 - 2 * u);
	v = v * v * (3 - 2 * v);
	return (hash(i, j) * (1 - u) + hash(i + 1, j) * u) * (1 - v) +
	       (hash(i, j + 1) * (1 - u) + hash(i + 1, j + 1) * u) * v;
}

/* Noise of many scales, 0..1. */
static double cloud(double x, double y, int octaves)
{
	double sum = 0, weight = 0.5;

	for (int i = 0; i < octaves; i++, weight /= 2) {
		sum += weight * noise(x, y);
		x = x * 2 + 17.3;
		y = y * 2 - 9.1;
	}
	return sum;
}

static struct rgb sky(double x, double y)
{
	const struct rgb night = { 0.04, 0.05, 0.15 },
	                 dusk = { 0.33, 0.16, 0.38 },
	                 glow = { 0.98, 0.55, 0.30 },
	                 mist = { 0.45, 0.25, 0.55 };
	struct rgb c = y < 0.4 ? mix(night, dusk, y / 0.4)
	                       : mix(dusk, glow, (y - 0.4) / 0.28);
	double veil = cloud(x * 3 + 2 * cloud(x * 2, y * 3, 4), y * 6, 7);
	double star = hash((int)(x * 900), (int)(y * 900));

	c = mix(c, mist, (veil - 0.45) * 2.2);
	if (star > 0.9985 && y < 0.45)
		c = mix(c, (struct rgb){ 1, 0.98, 0.9 }, (0.5 - y) * 2);
	return c;
}

/* The planet's disc: bands torn by storms, lit from the lower left. */
static int planet(double x, double y, struct rgb *c)
{
	const struct rgb sand = { 0.93, 0.77, 0.56 },
	                 rust = { 0.62, 0.32, 0.22 },
	                 cream = { 0.99, 0.93, 0.82 };
	double d2 = x * x + y * y, z, light, turn, band;

	if (d2 > 1)
		return 0;
	z = sqrt(1 - d2);
	turn = cloud(x * 3 / (z + 0.4), y * 9, 6) - 0.5;
	band = 0.5 + 0.5 * sin((y + 0.22 * turn) * 17 + 3 * turn);
	light = -0.55 * x + 0.45 * y + 0.70 * z;
	*c = mix(mix(rust, sand, band), cream, (turn + 0.12) * 1.6);
	*c = mix((struct rgb){ 0.05, 0.03, 0.10 }, *c, light * 1.15);
	return 1;
}

/* The ring lies tilted round the planet; its near half is in front. */
static void ring(double x, double y, int near, struct rgb *c)
{
	double v = y / 0.26, r = sqrt(x * x + v * v), grain;

	if (r < 1.25 || r > 2.15 || (y > 0) != near)
		return;
	grain = noise(r * 55, 0) * 0.6 + noise(r * 160, 7) * 0.4;
	if (r > 1.74 && r < 1.80)
		grain *= 0.15;
	*c = mix(*c, (struct rgb){ 0.95, 0.85, 0.72 },
	    grain * 0.85 * fmin(1, (2.15 - r) * 6) * fmin(1, (r - 1.25) * 6));
}

static struct rgb heaven(double x, double y)
{
	const double tilt = -0.35, size = 0.17;
	double px = (x - 0.98) / size, py = (y - 0.25) / size;
	double u = px * cos(tilt) - py * sin(tilt);
	double v = px * sin(tilt) + py * cos(tilt);
	struct rgb c = sky(x, y);

	ring(u, v, 0, &c);
	planet(u, v, &c);
	ring(u, v, 1, &c);
	return c;
}

static struct rgb land(double x, double y)
{
	const struct rgb far = { 0.62, 0.35, 0.42 },
	                 close = { 0.05, 0.06, 0.11 };
	const int ridges = 5;
	struct rgb c = heaven(x, y), rock;
	double depth, top, snow;

	for (int i = 0; i < ridges; i++) {
		depth = (double)i / (ridges - 1);
		top = 0.66 + 0.07 * depth -
		      (0.26 - 0.16 * depth) *
		          (cloud(x * (2.5 + i), 40.0 * i, 8) - 0.25);
		if (y < top)
			continue;
		rock = mix(far, close, depth * 0.85 + 0.15);
		snow = cloud(x * 30, y * 60 + 9 * i, 5);
		rock = mix(rock, (struct rgb){ 0.95, 0.72, 0.62 },
		    (snow - 0.42) * (1 - depth) * 1.6);
		c = mix(rock, far, (y - top) * 1.3 * (1 - depth));
	}
	return c;
}

static struct rgb scene(double x, double y)
{
	const double shore = 0.735;
	double down = y - shore, wave;
	struct rgb c;

	if (down <= 0)
		return land(x, y);
	wave = cloud(x * 14, 5 / (down + 0.04) + 40 * down, 5) - 0.5;
	c = land(x + 0.05 * wave * (down + 0.1),
	    shore - down * 1.9 + 0.08 * wave * down);
	c = mix(c, (struct rgb){ 0.05, 0.08, 0.18 }, 0.35 + down);
	return mix(c, (struct rgb){ 1, 0.8, 0.6 }, (wave - 0.12) * 1.2);
}

static void put(double value, double grain)
{
	double v = pow(value, 0.9) * 255 + grain;

	putchar(v < 0 ? 0 : v > 255 ? 255 : (int)v);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	int width = (int)strtol(argv[1], NULL, 10);
	int height = (int)strtol(argv[2], NULL, 10);
	seed = (uint32_t)strtoul(argv[3], NULL, 10);
	printf("P6 %d %d 255\n", width, height);
	for (int j = 0; j < height; j++)
		for (int i = 0; i < width; i++) {
			struct rgb c =
			    scene((i + 0.5) / height, (j + 0.5) / height);
			double grain = 6 * (hash(i + 50000, j) - 0.5);

			put(c.r, grain);
			put(c.g, grain);
			put(c.b, grain);
		}
	return fflush(stdout) == 0 ? 0 : 1;
}
