/*
 * banned.h - included before everything: functions that have cut or overrun a
 * buffer in somebody's hands once too often do not compile.  Use snprintf, buf_*,
 * memcpy with a length, strtoll with its end pointer.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A library's header whose macros name one of them must come first. */
#ifdef BANNED_AFTER
#include BANNED_AFTER
#endif

#undef sprintf
#undef vsprintf
#undef strcpy
#undef strcat
#undef strncpy
#undef strtok
#pragma GCC poison sprintf vsprintf strcpy strcat strncpy strtok atoi atol gets

#endif
