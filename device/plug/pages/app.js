// The picture of the week, the live state of the first page, and the rows of the timers.
const $ = (css, at = document) => at.querySelector(css)
const all = (css, at = document) => [...at.querySelectorAll(css)]
const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su']
const WEEK = 10080
const hhmm = m => [m / 60, m % 60].map(n => String(n | 0).padStart(2, 0)).join(':')
const put = (tag, text = '', at) => {
	const e = document.createElement(tag)
	e.textContent = text
	at?.append(e)
	return e
}

// Minute by minute: what is on in a week. A range over midnight belongs to the day on which it begins.
function minutes({ rows, days, reverse }) {
	const on = new Uint8Array(WEEK)
	for (const [start, end, mask] of rows)
		for (let d = 0; d < 7; d++)
			if (mask & days & 1 << d)
				for (let m = start; m < (end > start ? end : end + 1440); m++) on[(d * 1440 + m) % WEEK] = 1
	return reverse ? on.map((v, m) => !v && days >> (m / 1440 | 0) & 1) : on
}

function draw(week, timers, now) {
	const on = minutes(timers)
	const words = []
	const today = now === '' ? -1 : now / 1440 | 0
	week.replaceChildren()
	week.setAttribute('role', 'img')
	DAYS.forEach((name, d) => {
		put(d === today ? 'b' : 'span', name, week)
		const track = put('i', '', week)
		const said = []
		for (let m = d * 1440, end = m + 1440; m < end; m++) {
			const from = m
			while (m < end && on[m]) m++
			if (m === from) continue
			const bar = put('u', '', track)
			bar.style.left = from % 1440 / 14.4 + '%'
			bar.style.width = (m - from) / 14.4 + '%'
			said.push(hhmm(from % 1440) + ' to ' + hhmm(m - d * 1440))
		}
		if (d === today) put('s', '', track).style.left = now % 1440 / 14.4 + '%'
		words.push(name + ' ' + (said.join(', ') || 'off'))
	})
	week.setAttribute('aria-label', 'On: ' + words.join('; '))
	const axis = put('p', '', week)
	for (const h of [0, 6, 12, 18, 24]) put('span', h, axis)
	$('#picture').hidden = false
}

function home(power) {
	const week = $('.week')
	const { rows, days, reverse } = week.dataset
	const timers = { rows: rows.split(' ').map(r => r.split('-').map(Number)), days, reverse }
	const paint = now => rows && draw(week, timers, now ?? '')
	const say = (id, text) => { if ($(id).textContent !== text) $(id).textContent = text }
	const live = s => {
		power.className = 'power ' + (s.on ? 'On' : 'Off')
		say('#state', s.on ? 'On' : 'Off')
		$('form', power).action = s.on ? '/off' : '/on'
		$('button', power).ariaLabel = 'Switch ' + (s.on ? 'off' : 'on')
		say('#next', s.next)
		say('#message', s.message)
		say('#time', s.time)
		$('#update').hidden = !s.waiting
		paint(s.now)
	}
	const look = async () => {
		if (document.hidden) return
		try {
			const answer = await fetch('/state')
			if (answer.ok) live(await answer.json())
		} catch { say('#message', 'The plug does not answer. Trying again.') }
	}
	$('form', power).onsubmit = async event => {
		event.preventDefault()
		try { await fetch(event.target.action, { method: 'POST', redirect: 'manual' }) } catch {}
		look()
	}
	paint(week.dataset.now)
	setInterval(look, 2000)
	document.onvisibilitychange = look
}

function editor(area) {
	const week = $('.week')
	const rows = $('#rows')
	const empty = rows.firstElementChild
	const bits = at => all('.days input', at).reduce((sum, box, d) => sum | box.checked << d, 0)
	const parse = text => text.split('\n').filter(line => line.trim()).map(line => {
		const [, a, b, c, d, names] = /^\s*(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)((?:[\s,]+[A-Z][a-z])*)\s*$/.exec(line) ?? []
		const mask = DAYS.reduce((sum, day, i) => sum | names?.includes(day) << i, 0)
		return a && [a * 60 + +b, c * 60 + +d, mask || 127]
	})
	const paint = () => draw(week, { rows: parse(area.value).filter(Boolean), days: bits($('#days')), reverse: $('[name=reverse]').checked }, week.dataset.now)
	const write = () => {
		area.value = [...rows.children].map(row => {
			const [from, until] = all('[type=time]', row).map(i => i.value)
			const mask = bits(row)
			return from && until && mask && `${from} - ${until}` + (mask < 127 ? ' ' + DAYS.filter((_, d) => mask >> d & 1).join(' ') : '')
		}).filter(Boolean).join('\n')
		paint()
	}
	const add = ([from, until, mask]) => {
		const row = empty.cloneNode(true)
		all('input', row).forEach(input => input.removeAttribute('name'))
		all('[type=time]', row).forEach((input, i) => { input.value = [from, until].map(m => m >= 0 ? hhmm(m % 1440) : '')[i] })
		all('.days input', row).forEach((box, d) => { box.checked = mask >> d & 1 })
		const [whole, drop] = all('button', row)
		whole.hidden = drop.hidden = false
		whole.onclick = () => {
			const on = bits(row) < 127
			all('.days input', row).forEach(box => { box.checked = on })
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
		const found = parse(area.value)
		if (found.every(Boolean)) {
			rows.replaceChildren()
			found.forEach(add)
		}
		paint()
	}
	const [s, e] = all('[type=time]', empty).map(i => i.value) // refused by the plug a moment ago
	if (s && e) area.value += `\n${s} - ${e}`
	$('details').open = area.hasAttribute('aria-invalid')
	$('#add').hidden = false
	$('#add').onclick = () => $('input', add([-1, -1, 127])).focus()
	rows.oninput = write
	area.oninput = read
	$('#days').oninput = $('[name=reverse]').oninput = paint
	read()
}

if ($('#power')) home($('#power'))
if ($('#timers')) editor($('#timers'))
