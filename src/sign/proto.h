/*
 * proto.h - what a server and the holder of its log's key say to each other.
 *
 * Over a stream socket, one question at a time.  A message is the number of the bytes that follow
 * (four bytes, big-endian, 1 to SIGN_MESSAGE_MAX), a byte that says what it is, and what belongs to it.
 * Sizes of trees are eight bytes, big-endian; hashes are 32 bytes.
 *
 *	asked                                                   answered
 *	H head                                                  h  size, root: of the newest tree that was signed
 *	P public                                                p  verifier key (text, tlog/note.h)
 *	S sign: old size, new size, new root, a byte with the   s  signed checkpoint (a note)
 *	  number of hashes, the hashes of the consistency
 *	  proof, the newest checkpoint of the store (a note,
 *	  or nothing)
 *	                                                        r  refused: size as in h, a fault's code (text)
 *
 * Nothing here allocates: the one who holds the key has no memory to get once it is shut in.
 */
#ifndef SIGN_PROTO_H
#define SIGN_PROTO_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/hash.h"
#include "tlog/checkpoint.h"

#define SIGN_MESSAGE_MAX 8192
#define SIGN_PROOF_MAX 128	/* hashes; a tree of 2^63 leaves needs fewer */
#define SIGN_NOTE_MAX 4000	/* bytes of the store's checkpoint, cosignatures included */

enum sign_kind {
	SIGN_HEAD = 'H', SIGN_PUBLIC = 'P', SIGN_SIGN = 'S',
	SIGN_IS_HEAD = 'h', SIGN_IS_PUBLIC = 'p', SIGN_SIGNED = 's', SIGN_REFUSED = 'r',
};

struct sign_message { uint8_t kind; size_t len; uint8_t data[SIGN_MESSAGE_MAX]; };

/* The newest tree that was signed; size 0: none, and then root is that of the empty tree. */
struct sign_head { uint64_t size; struct sha256 root; };

/* checkpoint points into the message that was read. */
struct sign_request {
	uint64_t old_size, new_size;
	struct sha256 root, proof[SIGN_PROOF_MAX];
	size_t nproof, note_len;
	const char *note;
};

/* The content of messages: writing cannot fail (the caller keeps the limits), reading is strict: -1. */
void sign_put_head(struct sign_message *m, const struct sign_head *head);
int sign_get_head(const struct sign_message *m, struct sign_head *ret_head);
void sign_put_request(struct sign_message *m, const struct sign_request *request);
int sign_get_request(const struct sign_message *m, struct sign_request *ret_request);
void sign_put_text(struct sign_message *m, enum sign_kind kind, const char *text, size_t len);
void sign_put_refused(struct sign_message *m, const struct sign_head *head, const char *code);
/* ret_code gets at most size - 1 bytes of small letters and underscores. */
int sign_get_refused(const struct sign_message *m, uint64_t *ret_size, char *ret_code, size_t size);

/* Sends it within ms milliseconds; -1. */
int sign_send(int fd, const struct sign_message *m, int ms);
/* Receives one within ms milliseconds (-1: no limit): 1; 0 when the other end is closed; -1. */
int sign_receive(int fd, struct sign_message *ret_message, int ms);

#endif
