/* ota: gzip */
// The picture of the week, the live state of the first page, the rows of the timers.
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
	const { rows, days, reverse } = week.dataset
	const on = minutes(rows.split(' ').map(r => r.split('-').map(Number)), days, reverse)
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

const [power, area] = [$('#power'), $('#timers')]
if (power) home(power, $('.week'))
if (area) editor(area, $('.week'))
