/*
 * names.h - what the library takes from other folders has names of its own there, so that the
 * static library does not claim common ones in somebody else's program.
 */
#define checkpoint_format wzm_own_checkpoint_format
#define checkpoint_open wzm_own_checkpoint_open
#define checkpoint_parse wzm_own_checkpoint_parse
#define checkpoint_sign wzm_own_checkpoint_sign
#define dec_base64 wzm_own_dec_base64
#define dec_base64url wzm_own_dec_base64url
#define dec_hex wzm_own_dec_hex
#define edkey_is_public wzm_own_edkey_is_public
#define edkey_make wzm_own_edkey_make
#define edkey_sign wzm_own_edkey_sign
#define edkey_verify wzm_own_edkey_verify
#define edkey_wipe wzm_own_edkey_wipe
#define enc_base64 wzm_own_enc_base64
#define enc_base64url wzm_own_enc_base64url
#define enc_hex wzm_own_enc_hex
#define hash_equal wzm_own_hash_equal
#define hash_sha256 wzm_own_hash_sha256
#define log_proof_read wzm_own_log_proof_read
#define log_proof_write wzm_own_log_proof_write
#define merkle_append wzm_own_merkle_append
#define merkle_edge_load wzm_own_merkle_edge_load
#define merkle_edge_root wzm_own_merkle_edge_root
#define merkle_leaf wzm_own_merkle_leaf
#define merkle_node wzm_own_merkle_node
#define merkle_prove wzm_own_merkle_prove
#define merkle_root wzm_own_merkle_root
#define merkle_verify wzm_own_merkle_verify
#define merkle_verify_consistency wzm_own_merkle_verify_consistency
#define note_key_format wzm_own_note_key_format
#define note_key_make wzm_own_note_key_make
#define note_key_parse wzm_own_note_key_parse
#define note_parse wzm_own_note_parse
#define note_sign wzm_own_note_sign
#define note_verify wzm_own_note_verify
#define reader_ends wzm_own_reader_ends
#define reader_string wzm_own_reader_string
#define reader_take wzm_own_reader_take
#define reader_value wzm_own_reader_value
#define utf8_blank wzm_own_utf8_blank
#define utf8_count wzm_own_utf8_count
#define utf8_decode wzm_own_utf8_decode
#define utf8_valid wzm_own_utf8_valid
#define utf8_whole wzm_own_utf8_whole
