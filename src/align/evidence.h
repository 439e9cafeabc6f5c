/*
 * evidence.h - the reasons that there are.  For the files of this folder.
 */
#ifndef ALIGN_EVIDENCE_H
#define ALIGN_EVIDENCE_H

#include "align/align.h"

enum why {
#define WHY(sym, zh, en) WHY_##sym,
#include "align/evidence.def"
#undef WHY
};

#endif
