import assert from 'node:assert/strict';

/** What an address prefix may do in a minute of the clock: guess, or file complaints (src/api/ceiling.c). */
export const CEILING = 20;

/** Sends request() until it is told to come back: that answer, and how many went through before it. A minute may
 *  end in between, and the count begins again: at most twice the ceiling go through, unless two minutes end. */
export async function untilTooOften(client, request) {
	for (let n = 0; n <= 3 * CEILING; n++) {
		const answer = await client.send(request());
		if (answer.status === 429) {
			assert.equal(answer.json.code, 'too_often');
			assert.ok(answer.headers['retry-after'] >= 1 && answer.headers['retry-after'] <= 60, answer.headers['retry-after']);
			return { n, answer };
		}
		assert.notEqual(answer.status, 500, answer.text);
	}
	assert.fail(`${3 * CEILING} went through`);
}
