// A platform's own server: receives webhooks and checks their signatures apart from the program.
import http from 'node:http';
import { createHmac, timingSafeEqual } from 'node:crypto';
import assert from 'node:assert/strict';
import { fits } from './openapi.mjs';

/** Standard Webhooks 1.0, symmetric. */
export function signature(secret, id, timestamp, body) {
	const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
	return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

export class Receiver {
	constructor() {
		this.got = [];
		this.answer = () => 204;	/* of (event, res): a status, or undefined where it answers itself */
		this.waiting = [];
		this.server = http.createServer((req, res) => {
			const parts = [];
			req.on('data', (d) => parts.push(d));
			req.on('end', () => this.#take(req, res, Buffer.concat(parts).toString('utf8')));
		});
	}

	async listen(port = 0) {
		await new Promise((done) => this.server.listen(port, '127.0.0.1', done));
		this.port = this.server.address().port;
		return this;
	}

	get url() { return `http://127.0.0.1:${this.port}/wzm`; }

	#take(req, res, body) {
		const event = { method: req.method, path: req.url, headers: req.headers, body, id: req.headers['webhook-id'],
			json: JSON.parse(body), seconds: Number(req.headers['webhook-timestamp']) };
		this.got.push(event);
		const status = this.answer(event, res);
		if (status !== undefined) res.writeHead(status).end();
		event.status = status;
		for (const w of this.waiting.splice(0)) w();
	}

	/** Waits until the events satisfy enough. */
	async until(enough, what, ms = 60000) {
		const end = Date.now() + ms;
		while (!enough(this.got)) {
			assert.ok(Date.now() < end, `${what}: ${JSON.stringify(this.got.map((e) => [e.id, e.json.type, e.status]))}`);
			await Promise.race([new Promise((done) => this.waiting.push(done)), new Promise((done) => setTimeout(done, 200))]);
		}
		return this.got;
	}

	/** What every webhook must be, wherever it was sent. */
	check(event, secret) {
		assert.equal(event.method, 'POST');
		assert.match(event.headers['content-type'], /^application\/json/);
		fits({ $ref: '#/components/schemas/Webhook' }, event.json, 'the webhook');
		const expected = signature(secret, event.id, event.headers['webhook-timestamp'], event.body);
		assert.ok(timingSafeEqual(Buffer.from(event.headers['webhook-signature']), Buffer.from(expected)), 'the signature');
		assert.ok(Math.abs(event.seconds - Date.now() / 1000) < 3600, 'the time');
	}

	close() {
		this.server.closeAllConnections();
		return new Promise((done) => this.server.close(done));
	}
}
