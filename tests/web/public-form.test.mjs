// The applicant fills in the form of a life event on a phone of their own: from the first question to the last result.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { getJoint, newborn, openJoint, untilStep } from '../lib/joint.mjs';
import { rows } from '../lib/store.mjs';
import { accessible, PHONE, soon, start } from './browser.mjs';
import { answer, FORM as whole, heading, linkTo, next } from './newborn.mjs';

const shots = process.env.WZM_SHOTS;
let house, clerk;
before(async () => {
	house = await start();
	clerk = await house.instance.client('u-1001');
});
after(() => house?.close());

const shot = async (page, name) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }); };
const draft = (form = {}) => openJoint(clerk, form, { draft: true });
const link = (id, json = { form: true }) => linkTo(clerk, id, json);
const phone = (path, more = {}) => house.page({ viewport: PHONE, path, ...more });
const suppliedOf = (id) => rows(house.instance.dir, "SELECT text FROM record WHERE type = 'joint.supplied'").map((r) => JSON.parse(r.text)).filter((r) => r.joint === id).length;

/** Nothing to say against it, in normal and large type. */
async function spotless(page, what) {
	await accessible(page, what);
	for (const [size, least] of [['normal', 48], ['large', 60]]) {
		const says = `${what}, ${size}`;
		await page.evaluate((to) => { document.documentElement.dataset.size = to; }, size);
		const small = await page.locator('main :is(a, button, select, textarea, input:not([type="checkbox"], [type="radio"]), .ask__choice)').evaluateAll((all, n) =>
			all.map((e) => [e.textContent, e.getBoundingClientRect().height]).filter(([, height]) => height > 0 && height < n), least);
		assert.deepEqual(small, [], `${says}: fingers find their targets`);
		if (size === 'large') {
			const tiny = await page.locator('main *').evaluateAll((all) => all.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== '') &&
				e.getClientRects().length > 0 && !e.closest('.unseen') && parseFloat(getComputedStyle(e).fontSize) < 18).map((e) => e.textContent));
			assert.deepEqual(tiny, [], `${says}: 18 px at least`);
		}
	}
	await page.evaluate(() => { document.documentElement.dataset.size = 'normal'; });
}

test('from the first question to the last: tasks, one question a page, all answers, handed in, followed', async () => {
	const { id } = await draft({ hospital: '金华市人民医院' });
	const path = await link(id), token = path.split('#')[1], page = await phone('/'), asked = [];
	page.on('request', (request) => asked.push(request.url()));
	await page.goto(house.base + path);
	await page.getByRole('link', { name: '接着填' }).waitFor();
	await soon(async () => assert.equal(await page.locator('.total__figure b').textContent(), '1'));
	await soon(async () => assert.deepEqual(await page.locator('[data-task] .tasks__row > span:first-child').allTextContents(), ['新生儿', '母亲', '父亲', '其他情况', '各单位还要问的'].slice(0, await page.locator('[data-task]').count())));
	await shot(page, 'form-tasks');
	await spotless(page, 'what is asked');
	await page.locator('[data-go]').click();
	await heading(page, '新生儿姓名').waitFor();
	await shot(page, 'form-question');
	await spotless(page, 'a question');
	const order = [];
	while (new URL(page.url()).searchParams.get('at') !== 'check') {
		const name = await answer(page, whole);
		assert.ok(!order.includes(name), `${name} is asked once`);
		order.push(name);
		if (new URL(page.url()).searchParams.get('at') === 'child_sex') { await page.locator('.ask__choice').first().waitFor(); await shot(page, 'form-choice'); await spotless(page, 'a choice'); }
	}
	await heading(page, '看一遍再提交').waitFor();
	assert.equal((await getJoint(clerk, id)).state, 'draft');
	await page.locator('[data-answer="child_sex"]').getByText('女').waitFor();
	assert.ok(!(await page.content()).includes(whole.mother_id_number), 'numbers of people are masked');
	await shot(page, 'form-check');
	await spotless(page, 'all answers');

	/* One is changed, and the list is there again. */
	await page.locator('[data-answer="hospital"] a').click();
	await heading(page, '助产机构').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#ask'), '金华市人民医院'));
	await page.fill('#ask', '金华市中心医院');
	await page.getByRole('button', { name: '存下，回去检查' }).click();
	await page.locator('[data-answer="hospital"]').getByText('金华市中心医院').waitFor();

	/* Pressed twice at once it is handed in once. */
	await page.getByRole('button', { name: '提交，开始办' }).dblclick();
	await heading(page, '已经提交').waitFor();
	await page.locator('[data-confirmers]').getByText('请父亲在自己的手机上确认').waitFor();
	await shot(page, 'form-sent');
	await spotless(page, 'handed in');
	await untilStep(clerk, id, 'NB1', 'running');
	await page.getByRole('link', { name: '看办到哪一步' }).click();
	await page.locator('.steps [data-step="NB1"][data-state="running"]').waitFor();
	assert.equal(new Set(asked.filter((url) => url.includes(token))).size, 0, 'the token stands in no address that is asked for');
	assert.ok(!house.instance.log.includes(token));
	house.clean();
});

test('mistakes lose nothing: a wrong number, a wrong date, the back button, the network away, a press too many', async () => {
	const { id } = await draft({ child_name: '周小宝' });
	const page = await phone(`${(await link(id)).replace('#', '?at=mother_id_number#')}`);
	await page.fill('#ask', whole.mother_id_number.slice(0, 17));
	await next(page).click();
	await page.locator('#ask-wrong').getByText('少 1 位，应为 18 位').waitFor();
	await soon(async () => assert.equal(await page.evaluate(() => document.activeElement.id), 'ask'));
	await shot(page, 'form-wrong');
	await spotless(page, 'a wrong number');
	/* Back and forth: what was typed is there still. */
	await page.getByRole('link', { name: '回到清单' }).click();
	await page.locator('[data-task="mother"]').waitFor();
	await page.goBack();
	await page.locator('.ask').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#ask'), whole.mother_id_number.slice(0, 17)));
	await page.fill('#ask', whole.mother_id_number);

	/* The network goes away: said in words, and the same press later goes on; twice at once is once. */
	await page.context().setOffline(true);
	await next(page).click();
	await page.getByText('您填的都还在这一页').waitFor();
	await soon(async () => assert.equal(await page.inputValue('#ask'), whole.mother_id_number));
	await shot(page, 'form-offline');
	await spotless(page, 'no network');
	await page.context().setOffline(false);
	await next(page).dblclick();
	await page.waitForFunction(() => new URLSearchParams(location.search).get('at') !== 'mother_id_number');
	assert.equal(suppliedOf(id), 1, 'kept once');
	/* Back: it is masked and stays unless it is typed anew. */
	await page.goto(`${house.base}${(await link(id)).replace('#', '?at=mother_id_number#')}`);
	await page.getByText('已填 330').waitFor();
	await page.getByRole('button', { name: '不改，下一题' }).click();
	await page.waitForFunction(() => new URLSearchParams(location.search).get('at') !== 'mother_id_number');
	assert.equal(suppliedOf(id), 1);

	/* What only the server knows is wrong stands at the question as well. */
	await page.goto(page.url().replace(/at=\w+/, 'at=birth_time'));
	await page.fill('#ask', '2199-01-01T08:00');
	await next(page).click();
	await page.locator('#ask-wrong').getByText('不能晚于今天').waitFor();
	/* A required answer that is missing is asked for; an optional one is left out by a press. */
	await page.goto(page.url().replace(/at=\w+/, 'at=mother_name'));
	await next(page).click();
	await page.locator('#ask-wrong').getByText('请填母亲姓名').waitFor();
	await page.goto(page.url().replace(/at=\w+/, 'at=father_name'));
	await page.getByRole('button', { name: '没有，跳过' }).click();
	await page.waitForFunction(() => new URLSearchParams(location.search).get('at') === 'father_id_number');
	/* All answers, of which some lack: it cannot be handed in. */
	await page.goto(page.url().replace(/at=\w+/, 'at=check'));
	await page.getByText(/还有 \d+ 题没填，填完才能提交/).waitFor();
	await soon(async () => assert.equal(await page.getByRole('button', { name: '提交，开始办' }).count(), 0));
	await shot(page, 'form-check-lacks');
	await spotless(page, 'all answers, some lacking');
	house.faults = house.faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault));
	house.clean();
});

test('a link that ended while somebody typed says so; what was handed in elsewhere is shown', async () => {
	const { id } = await draft(), path = await link(id), page = await phone(path.replace('#', '?at=child_name#'));
	await page.fill('#ask', '周小宝');
	await link(id);
	await next(page).click();
	await heading(page, '这个链接不能用').waitFor();
	for (const bad of ['/form', '/form#abc']) {
		await page.goto(house.base + bad);
		await page.reload();
		await heading(page, '这个链接不完整').waitFor();
		await accessible(page, bad);
	}
	/* The counter hands it in while the applicant still types. */
	const other = await draft(whole), second = await phone((await link(other.id)).replace('#', '?at=hospital#'));
	await second.fill('#ask', '别的医院');
	await clerk.ok('PUT', `/api/v1/jointcases/${other.id}/form`, { json: { form: {}, submit: true }, ifMatch: '*' });
	await next(second).click();
	await heading(second, '已经提交').waitFor();
	assert.equal((await getJoint(clerk, other.id)).form.hospital, whole.hospital);
	house.clean();
});

test('the counter makes the link beside the case, and it opens on the phone', async () => {
	const { number } = await draft(), desk = await house.page({ user: 'u-1001' });
	await desk.goto(`${house.base}/work/joint/${number}`);
	await desk.locator('[data-form-link]').click();
	await desk.locator('[data-panel="link"] .btn--main').click();
	const address = await desk.locator('#link-address').inputValue();
	assert.match(address, /\/form#[\w-]{43}$/);
	await accessible(desk, 'the link to fill in');
	const page = await phone(address.slice(address.indexOf('/form')));
	await page.getByRole('link', { name: '开始填' }).waitFor();
	house.clean();
});

test('what runs and lacks something leads from the progress to the question, and goes on', async () => {
	const { hukou_address, ...most } = newborn();
	const { id } = await openJoint(clerk, most), path = await link(id);
	const page = await phone(path.replace('/form', '/progress'));
	await page.locator('[data-fill]').waitFor();
	await shot(page, 'progress-fill');
	await spotless(page, 'something to supply');
	await page.locator('[data-fill]').click();
	await page.locator('[data-go]').click();
	await page.fill('#ask', hukou_address);
	await next(page).click();
	await heading(page, '都补好了').waitFor();
	await spotless(page, 'supplied');
	assert.equal((await getJoint(clerk, id)).form.hukou_address, hukou_address);
	house.clean();
});

test('nothing jumps about while a page comes', async () => {
	const { id } = await draft(newborn()), form = await link(id), page = await phone('/');
	await page.addInitScript(() => {
		globalThis.shifts = [];
		new PerformanceObserver((list) => { for (const e of list.getEntries()) globalThis.shifts.push({ value: e.value, what: e.sources.map((s) => s.node?.className || s.node?.nodeName) }); })
			.observe({ type: 'layout-shift', buffered: true });
	});
	for (const [path, ready] of [[form, '[data-go]'], [form.replace('#', '?at=child_name#'), '#ask'], [form.replace('#', '?at=check#'), '[data-answer]'],
		[form.replace('/form', '/progress'), '.steps'], ['/', '.figure__n--now'], ['/m/M-0303', '.story'], ['/lifeevents', '[data-event]'], ['/lifeevents/LE-NEWBORN', '[data-clock]'], ['/complaint', '#what']]) {
		await page.goto('about:blank');
		await page.goto(house.base + path);
		await page.locator(ready).first().waitFor();
		await page.locator('.foot__demo').waitFor();
		const shifts = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(globalThis.shifts), 100))));
		assert.ok(shifts.reduce((sum, one) => sum + one.value, 0) < 0.01, `${path.split('#')[0]}: ${JSON.stringify(shifts)}`);
	}
	house.clean();
});

test('in English the questions and their choices are in English; on a slow line it opens', async () => {
	const { id } = await draft(), page = await phone('/', { lang: 'en' });
	const line = await page.context().newCDPSession(page);
	await line.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 20_000 });
	await page.goto(house.base + (await link(id)).replace('#', '?at=child_sex#'));
	await page.locator('.ask__choice').first().waitFor();
	await soon(async () => assert.doesNotMatch(await page.locator('main').innerText(), /[\u4e00-\u9fff]/));
	await accessible(page, 'a question in English');
	house.clean();
});
