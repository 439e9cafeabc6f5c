/*
 * write.h - workbooks and archives as bytes.
 *
 * Unlike the rest of this folder it uses files: the library that makes workbooks writes to
 * unnamed temporary ones.  Not for personal data.
 */
#ifndef SHEET_WRITE_H
#define SHEET_WRITE_H

#include "base/buf.h"
#include "base/fault.h"

struct xlsx_writer;

/* FAULT_MEMORY, FAULT_FILE_WRITE. */
int xlsx_writer_new(struct xlsx_writer **ret_writer, struct fault *f);
void xlsx_writer_free(struct xlsx_writer *w);

/* Begins a sheet; its first row is the header, which stays in view.  Failures are told at the end. */
void xlsx_writer_sheet(struct xlsx_writer *w, const char *name);

/* Every cell is text: a code keeps its leading zeros, and nothing becomes a formula. */
void xlsx_writer_row(struct xlsx_writer *w, const char *const *cell, size_t n);

/* Adds the workbook to out; nothing but xlsx_writer_free may follow.  FAULT_FILE_WRITE, FAULT_MEMORY. */
int xlsx_writer_end(struct xlsx_writer *w, struct buf *out, struct fault *f);

/* Adds a zip archive of these files to out; the same files give the same bytes. */
struct zip_file { const char *name, *data; size_t len; };
int zip_write(const struct zip_file *file, size_t n, struct buf *out, struct fault *f);

#endif
