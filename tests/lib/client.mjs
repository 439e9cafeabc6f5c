// A client that checks every answer it gets.
import http from 'node:http';
import https from 'node:https';
import assert from 'node:assert/strict';
import { checkAnswer, checkRequest } from './openapi.mjs';
import { uuid7 } from './uuid7.mjs';

const protocol = (where) => where.ca === undefined ? http : https;

/**
 * One HTTP exchange, as it is: {method, path, headers, body (string or Buffer)} ->
 * {status, headers, text, json}.  where: {port} or {socketPath}; with ca it is https.
 */
export function exchange(where, { method = 'GET', path, headers = {}, body }, agent) {
	return new Promise((done, failed) => {
		const req = protocol(where).request({ host: '127.0.0.1', ...where, agent, method, path,
			headers: body === undefined ? headers :
				{ 'Content-Length': Buffer.byteLength(body), ...headers } }, (res) => {
			const parts = [];
			res.on('data', (d) => parts.push(d));
			/* A stream has no end of its own: what it says first is its answer here. */
			if (res.headers['content-type'] === 'text/event-stream')
				res.once('data', () => {
					done({ status: res.statusCode, headers: res.headers, text: Buffer.concat(parts).toString('utf8') });
					req.destroy();
				});
			res.on('error', failed);
			res.on('end', () => {
				const text = Buffer.concat(parts).toString('utf8');
				let json;
				try { json = JSON.parse(text); } catch { /* not JSON: the checker says so */ }
				done({ status: res.statusCode, headers: res.headers, text, json });
			});
		});
		req.on('error', failed);
		req.end(body);
	});
}

/** One user's browser, so to say. */
export class Client {
	constructor(where, { lang = 'zh', now = Date.now } = {}) {
		this.where = where;
		this.now = now;
		this.lang = lang;
		this.cookie = undefined;
		this.agent = new (protocol(where).Agent)({ keepAlive: true, maxSockets: 512 });
	}

	/**
	 * Sends {method, path, json | body, headers, lang, ifMatch, key} and checks the answer.
	 * key: true for a new one, or the key itself; a header of undefined is left out.
	 */
	async send({ method = 'GET', path, json, body, headers = {}, lang = this.lang, ifMatch, key, checked = true }) {
		const h = { 'Accept-Language': lang === 'en' ? 'en' : undefined, Cookie: this.cookie,
			'If-Match': ifMatch === undefined || ifMatch === '*' ? ifMatch : `"${ifMatch}"`,
			'Idempotency-Key': key === true ? uuid7(this.now()) : key };
		if (json !== undefined) {
			body = JSON.stringify(json);
			h['Content-Type'] = 'application/json';
		}
		Object.assign(h, headers);
		for (const name of Object.keys(h)) if (h[name] === undefined) delete h[name];
		const answer = await exchange(this.where, { method, path, headers: h, body }, this.agent);
		if (checked) checkAnswer({ method, path, lang }, answer);
		return answer;
	}

	/** A request that must succeed; gives the body, and keeps it in line with the document. */
	async ok(method, path, { json, status, ...rest } = {}) {
		checkRequest(method, path, json);
		const answer = await this.send({ method, path, json, ...rest });
		if (status === undefined ? answer.status >= 300 : answer.status !== status)
			assert.fail(`${method} ${path} -> ${answer.status} ${answer.text}`);
		return answer.json;
	}

	get(path) { return this.ok('GET', path); }
	post(path, json, rest) { return this.ok('POST', path, { json, key: true, ...rest }); }

	/** A request that must be refused with this code; gives the problem. */
	async refused(code, request) {
		const answer = await this.send(request);
		assert.equal(answer.json?.code, code, `${request.method} ${request.path} -> ${answer.status} ${answer.text}`);
		return answer.json;
	}

	async signIn(user) {
		const answer = await this.send({ method: 'PUT', path: '/api/v1/session', json: { user } });
		assert.equal(answer.status, 200, answer.text);
		const cookie = answer.headers['set-cookie'][0];
		assert.match(cookie, /;\s*HttpOnly/i);
		assert.match(cookie, /;\s*SameSite=Strict/i);
		this.cookie = cookie.split(';')[0];
		this.user = user;
		return answer.json;
	}

	/** The live stream, once it has said hello: its events as they come, and whether it has ended. */
	listen() {
		return new Promise((done, failed) => {
			const stream = { events: [], ended: false, close: () => req.destroy() };
			const req = protocol(this.where).request({ host: '127.0.0.1', ...this.where, path: '/api/v1/live', agent: false,
				headers: { ...(this.cookie && { Cookie: this.cookie }), 'Accept-Language': this.lang } }, (res) => {
				let text = '';
				stream.status = res.statusCode;
				res.setEncoding('utf8');
				res.on('data', (d) => {
					const blocks = (text += d).split('\n\n');
					text = blocks.pop();
					for (const block of blocks) {
						const field = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
						stream.events.push({ event: field.event, ...JSON.parse(field.data) });
					}
					if (stream.events.length > 0) done(stream);
				});
				res.on('error', () => { stream.ended = true; });
				res.on('end', () => {
					stream.ended = true;
					stream.text = text;
					done(stream);
				});
			});
			req.on('error', failed);
			req.end();
		});
	}

	close() { this.agent.destroy(); }
}
