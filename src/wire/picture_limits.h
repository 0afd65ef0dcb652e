/* picture_limits.h - how large a picture may be. Private to picture. */
#ifndef WIRE_PICTURE_LIMITS_H
#define WIRE_PICTURE_LIMITS_H

#define PICTURE_SIDE_MAX  16384
#define PICTURE_BYTES_MAX (400u << 20) /* of its pixels */
#define PICTURE_CHUNK_MAX (1u << 20)   /* of a PNG, but for its pixels */

#endif
