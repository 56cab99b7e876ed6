/* ota: gzip */
// The picture of the week, the live state of the first page, the rows of the timers, the zone of the browser.
const $ = (css, at = document) => at.querySelector(css)
const all = (css, at) => [...at.querySelectorAll(css)]
const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su']
const hhmm = m => [m / 60, m % 60].map(n => String(n | 0).padStart(2, 0)).join(':')
const put = (at, tag, text = '') => {
	const e = document.createElement(tag)
	e.textContent = text
	at.append(e)
	return e.style
}

// Minute by minute. A range over midnight belongs to the day on which it begins.
function minutes(rows, days, reverse) {
	const on = new Uint8Array(10080)
	for (const [start, end, mask] of rows)
		for (let d = 0; d < 7; d++)
			if (mask & days & 1 << d)
				for (let m = start; m < (end > start ? end : end + 1440); m++) on[(d * 1440 + m) % 10080] = 1
	return reverse ? on.map((v, m) => !v && days >> m / 1440 & 1) : on
}

function draw(week, on) {
	const { now } = week.dataset
	const today = now === '' ? -1 : now / 1440 | 0
	week.replaceChildren()
	week.role = 'img'
	week.ariaLabel = 'On: ' + DAYS.map((name, d) => {
		put(week, d === today ? 'b' : 'span', name)
		put(week, 'i')
		const said = []
		for (let m = 0; m < 1440; m++) {
			const from = m
			while (m < 1440 && on[d * 1440 + m]) m++
			if (m === from) continue
			const bar = put(week.lastChild, 'u')
			bar.left = from / 14.4 + '%'
			bar.width = (m - from) / 14.4 + '%'
			said.push(hhmm(from) + ' to ' + hhmm(m))
		}
		if (d === today) put(week.lastChild, 's').left = now % 1440 / 14.4 + '%'
		return name + ' ' + (said.join(', ') || 'off')
	}).join('; ')
	put(week, 'p')
	const axis = week.lastChild
	for (const h of [0, 6, 12, 18, 24]) put(axis, 'span', h)
	$('#picture').hidden = false
}

function home(power, week) {
	const { days, reverse } = week.dataset
	const rows = week.dataset.rows.trim()
	const on = minutes(rows.split('\n').map(r => r.split('-').map(Number)), days, reverse)
	const say = (id, text) => { if ($(id).textContent !== text) $(id).textContent = text }
	const look = async () => {
		if (document.hidden) return
		try {
			const s = await (await fetch('/state')).json()
			const [state, other] = s.on ? ['On', 'off'] : ['Off', 'on']
			power.className = 'power ' + state
			$('form', power).action = '/' + other
			$('button', power).ariaLabel = 'Switch ' + other
			say('#state', state)
			for (const id of ['next', 'message', 'time']) say('#' + id, s[id])
			$('#update').hidden = !s.waiting
			week.dataset.now = s.now
			if (rows) draw(week, on)
		} catch { say('#message', 'The plug does not answer. Trying again.') }
	}
	$('form', power).onsubmit = async event => {
		event.preventDefault()
		await fetch(event.target.action, { method: 'POST', redirect: 'manual' }).catch(() => 0)
		look()
	}
	if (rows) draw(week, on)
	setInterval(look, 2000)
	document.onvisibilitychange = look
}

function editor(area, week) {
	const rows = $('#rows')
	const empty = rows.firstElementChild
	const times = row => all('[type=time]', row)
	const boxes = row => all('[type=checkbox]', row)
	const bits = row => boxes(row).reduce((sum, box, d) => sum | box.checked << d, 0)
	const parse = () => area.value.split('\n').filter(line => line.trim()).map(line => {
		const [, a, b, c, d, names] = /^\s*(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)((?:[\s,]+[A-Z][a-z])*)\s*$/.exec(line) ?? []
		return a && [a * 60 + +b, c * 60 + +d, DAYS.reduce((sum, day, i) => sum | names.includes(day) << i, 0) || 127]
	})
	const paint = () => draw(week, minutes(parse().filter(Boolean), bits($('#days')), $('[name=reverse]').checked))
	const write = () => {
		area.value = all('.row', rows).map(row => {
			const [from, until] = times(row).map(i => i.value)
			const mask = bits(row)
			return from && until && mask && `${from} - ${until}` + (mask < 127 ? DAYS.map((day, d) => mask >> d & 1 ? ' ' + day : '').join('') : '')
		}).filter(Boolean).join('\n')
		paint()
	}
	const add = ([from, until, mask]) => {
		const row = empty.cloneNode(true)
		all('input', row).forEach(input => input.removeAttribute('name'))
		times(row).forEach((input, i) => { input.value = [from, until].map(m => m >= 0 ? hhmm(m % 1440) : '')[i] })
		boxes(row).forEach((box, d) => { box.checked = mask >> d & 1 })
		const [whole, drop] = all('button', row)
		whole.hidden = drop.hidden = false
		whole.onclick = () => {
			const on = bits(row) < 127
			boxes(row).forEach(box => { box.checked = on })
			write()
		}
		drop.onclick = () => {
			row.remove()
			write()
			$('#add').focus()
		}
		rows.append(row)
		return row
	}
	const read = () => {
		if (parse().every(Boolean)) {
			rows.replaceChildren()
			parse().forEach(add)
		}
		paint()
	}
	area.value = area.value.trimEnd()
	const [start, end] = times(empty).map(i => i.value) // refused by the plug a moment ago
	if (start && end) area.value += `\n${start} - ${end}`
	$('details').open = area.ariaInvalid
	$('#add').hidden = false
	$('#add').onclick = () => $('input', add([-1, -1, 127])).focus()
	rows.oninput = write
	area.oninput = read
	$('#days').oninput = $('[name=reverse]').oninput = paint
	read()
}

// The zone of this browser as a POSIX rule, found by asking for the clock there in ten years.
const utc = (y, m, d = 1) => Date.UTC(y, m, d) / 6e4
const clocks = {}

// Minutes east of UTC; moments are minutes of UTC
function east(zone, at) {
	clocks[zone] ??= new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' })
	const p = {}
	for (const { type, value } of clocks[zone].formatToParts(at * 6e4)) p[type] = value
	return utc(p.year, p.month - 1, p.day) + p.hour * 60 + +p.minute - at
}

// [minute on the clock before, east before, east after]
function changes(zone, year) {
	const found = []
	const end = utc(year + 1, 0)
	for (let from = utc(year, 0); from < end; from += 10080) {
		let [a, b] = [from, Math.min(from + 10080, end)]
		const [before, after] = [east(zone, a), east(zone, b)]
		while (before !== after && b - a > 1) {
			const half = a + b >> 1
			if (east(zone, half) === before) a = half
			else b = half
		}
		if (before !== after) found.push([b + before, before, after])
	}
	return found
}

function moment(month, week, weekday, minute, year) {
	let day = utc(year, month) / 1440
	day += (weekday - day - 4) % 7 + (week - 1) * 7
	while (day < utc(year, month) / 1440 + week * 7 - 7) day += 7
	while (day >= utc(year, month + 1) / 1440) day -= 7
	return day * 1440 + minute
}

// The rule that is right in all years; in some zones it is told from the day before or after
function rule(moments, year) {
	for (const shift of [0, -1, 1])
		for (const last of [1, 0]) {
			const midnight = Math.floor(moments[0] / 1440 + shift) * 1440
			const date = new Date(midnight * 6e4)
			const [month, day] = [date.getUTCMonth(), date.getUTCDate()]
			const week = last && midnight + 10080 >= utc(year, month + 1) ? 5 : Math.ceil(day / 7)
			const minute = moments[0] - midnight
			if (moments.every((at, i) => moment(month, week, date.getUTCDay(), minute, year + i) === at))
				return `,M${month + 1}.${week}.${date.getUTCDay()}/${hours(minute)}`
		}
}

const hours = m => (m < 0 ? '-' : '') + (Math.abs(m) / 60 | 0) + (m % 60 ? ':' + Math.abs(m % 60) : '')
const name = m => `<${m < 0 ? '-' : '+'}${hhmm(Math.abs(m)).replace(':', '')}>${hours(-m)}`

// [the rule, whether it is the whole truth]: POSIX can say two moves a year by the calendar, but not Ramadan in Morocco
function posix(zone, now = Date.now() / 6e4 | 0) {
	const year = new Date(now * 6e4).getUTCFullYear()
	const years = Array.from({ length: 10 }, (_, i) => changes(zone, year + i))
	const [up, down] = [1, -1].map(way => years.map(found => found.find(c => (c[2] - c[1]) * way > 0)))
	const plain = [name(east(zone, now)), years.every(found => !found.length)]
	if (years.some(found => found.length !== 2) || ![...up, ...down].every(Boolean)) return plain
	const [begin, end] = [up, down].map(list => rule(list.map(c => c[0]), year))
	return begin && end ? [name(up[0][1]) + name(up[0][2]) + begin + end, true] : plain
}

function propose(hint) {
	const [zone, tz, here] = [$('#zone'), $('#tz'), Intl.DateTimeFormat().resolvedOptions().timeZone]
	const [found, exact] = posix(here)
	const [said, use] = hint.children
	const note = exact ? '' : ' Its clock follows no rule that can be stored: this is how it goes today, so come back when it changes.'
	use.onclick = () => {
		zone.value = here
		tz.value = found
		said.textContent = `Proposed by this browser: ${here}. Save to use it.${note}`
		use.hidden = true
	}
	said.textContent = `This browser is in ${here}.${note}`
	use.hidden = tz.value === found
	hint.hidden = use.hidden && exact
	if (zone.value === 'UTC' && tz.value === 'UTC0' && !use.hidden) use.onclick()
}

const [power, area, hint] = ['#power', '#timers', '#hint'].map(id => $(id))
if (power) home(power, $('.week'))
if (area) editor(area, $('.week'))
if (hint) propose(hint)
