/*
 * public.h - what anybody may fetch of a log: its newest checkpoint, and the tiles and bundles of
 * entries that this one covers (C2SP tlog-tiles).  Nothing beyond what is signed is shown.
 */
#ifndef SVC_EVIDENCE_PUBLIC_H
#define SVC_EVIDENCE_PUBLIC_H

#include "base/buf.h"
#include "store/store.h"
#include "tlog/tiles.h"

/* FAULT_CHECKPOINT_UNKNOWN: there is no such log, or nothing of it is signed. */
int public_checkpoint(struct store_reader *reader, const char *log, struct buf *out, struct fault *f);

/*
 * The bytes of a tile, or of a bundle: entries with their length in front, two bytes, big-endian.
 * FAULT_TILE_UNKNOWN.
 */
int public_tile(struct store_reader *reader, const char *log, const struct tile_path *path,
    struct buf *out, struct fault *f);

#endif
