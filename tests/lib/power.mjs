// The power of a server that goes and comes back, and clients who ask again, with the same key, until they are answered.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.mjs';
import { uuid7 } from './uuid7.mjs';

/* What a connection to a process that has just been killed ends with. */
const GONE = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'];

class Steadfast extends Client {
	constructor(power) {
		super(power.instance.where);
		this.power = power;
	}

	async send(request) {
		const key = request.key === true ? uuid7() : request.key;
		for (;; this.power.again++) {
			await this.power.on;
			this.where = this.power.instance.where;
			try {
				const answer = await super.send({ ...request, key });
				if (answer.status !== 503) {
					this.power.answered(request, answer);
					return answer;
				}
			} catch (e) {
				if (!GONE.includes(e.code)) throw e;
			}
			await sleep(5);
		}
	}
}

export class Power {
	/** Of an instance that is served. */
	constructor(instance) {
		Object.assign(this, { instance, dir: instance.dir, on: Promise.resolve(), cuts: 0, again: 0, told: [], versions: new Map(), clients: [] });
	}

	/** A client, signed in as user; as an instance gives them. */
	async client(user) {
		const c = new Steadfast(this);
		this.clients.push(c);
		await c.signIn(user);
		return c;
	}

	/** Notes what somebody was told of: records, and how far something is. */
	answered(request, { json }) {
		if (request.method !== 'POST') return;
		if (json?.record !== undefined) this.told.push(json.record);
		if (json?.id !== undefined && json.version !== undefined) this.versions.set(json.id, Math.max(json.version, this.versions.get(json.id) ?? 0));
		this.onPost?.();
	}

	/** When the next request that writes has been answered, or nobody asks for so long. */
	nextPost(ms) {
		return Promise.race([new Promise((done) => { this.onPost = done; }), sleep(ms)]);
	}

	/** kill -9; served again, and looked at by somebody who only reads, before anybody else may ask. */
	async cut(look) {
		this.on = (async () => {
			await this.instance.kill();
			await this.instance.serve();
			await look?.();
		})();
		this.cuts++;
		await this.on;
	}

	close() { for (const c of this.clients) c.close(); }
}
