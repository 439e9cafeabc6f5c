// A network between wzm and its PostgreSQL: a socket in dir that leads to the server, and can be cut.
import net from 'node:net';

/** Where COMMIT stands in what a client sends, as a statement of its own. */
const COMMIT = Buffer.from('COMMIT\0');

export class Proxy {
	/** at: the server's address, on a Unix socket; dir: an empty directory. */
	constructor(at, dir) {
		const real = new URL(at).searchParams.get('host');
		this.at = at.replace(`host=${real}`, `host=${dir}`);
		this.connections = new Set();
		this.held = false;
		this.cutAtCommit = 0;
		this.server = net.createServer((client) => this.carry(client, net.connect(`${real}/.s.PGSQL.5432`)));
		this.ready = new Promise((done) => this.server.listen(`${dir}/.s.PGSQL.5432`, done));
	}

	carry(client, back) {
		const c = { client, back };
		this.connections.add(c);
		const end = () => {
			this.connections.delete(c);
			client.destroy();
			back.destroy();
		};
		for (const s of [client, back]) s.on('error', end).on('close', end);
		client.on('data', (d) => {
			if (!d.includes(COMMIT) || this.cutAtCommit === 0) {
				back.write(d);
				return;
			}
			/* The server gets it and answers; nobody hears that. */
			this.cutAtCommit--;
			back.removeAllListeners('data');
			back.write(d, () => client.destroy());
			back.once('data', end);
		});
		back.on('data', (d) => client.write(d));
		if (this.held) this.hold();
	}

	/** Cuts connections, each with this chance. */
	cut(chance = 1) {
		for (const c of [...this.connections])
			if (Math.random() < chance) c.client.destroy();
	}

	/** Nothing goes through, nothing is closed; until go. */
	hold() {
		this.held = true;
		for (const { client, back } of this.connections) { client.pause(); back.pause(); }
	}

	go() {
		this.held = false;
		for (const { client, back } of this.connections) { client.resume(); back.resume(); }
	}

	close() {
		this.cut();
		this.server.close();
	}
}
