/*
 * client.h - a server's end of the way to the holder of its log's key: a child, or a socket of systemd's.
 *
 * One thread uses it.  A refusal is a fault with the signer's code, log and signed (its size); whatever
 * else fails is FAULT_SIGN_AWAY, and then the way is closed and must be opened anew.
 */
#ifndef SIGN_CLIENT_H
#define SIGN_CLIENT_H

#include "base/fault.h"
#include "sign/proto.h"

struct sign_client;

/*
 * Starts "wzm sign dir" as a child with one end of a socket pair, or, where path is not empty, connects
 * to that socket.  FAULT_SIGN_AWAY, FAULT_SIGN_PEER.
 */
int sign_client_open(const char *dir, const char *log, const char *path, struct sign_client **ret_client,
    struct fault *f);
/* A child that does not end by itself is killed: its state is durable at any time. */
void sign_client_close(struct sign_client *client);

int sign_client_head(struct sign_client *client, struct sign_head *ret_head, struct fault *f);
int sign_client_public(struct sign_client *client, char ret_vkey[NOTE_VKEY_MAX], struct fault *f);
int sign_client_sign(struct sign_client *client, const struct sign_request *request,
    char ret_note[CHECKPOINT_NOTE_MAX], struct fault *f);

/* Whether the other end is closed: somebody stopped it. */
int sign_client_gone(const struct sign_client *client);

/* The child's number, 0 without one: for tests and the operator's log. */
long sign_client_pid(const struct sign_client *client);

#endif
