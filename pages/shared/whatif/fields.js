// The inputs of a case in one element. A page of Streamlit's own widgets has a browser build each of them anew several
// times at every key press; here only what differs is touched.

const OTHER = '\u0000other'
const PATIENCE = 3000 // milliseconds after which an unanswered change no longer holds back the next

export default function ({ data, parentElement, setStateValue }) {
  const form = (parentElement.vitrineForm ??= new Form(parentElement))
  form.send = (moved) => setStateValue('moved', moved)
  form.show(data)
}

class Form {
  constructor(parent) {
    this.root = parent.appendChild(element('div', { className: 'vw-fields' }))
    this.rows = new Map()
    this.waiting = new Map() // by place: what was changed here and is not answered yet
    this.count = this.sent = this.done = this.due = 0
  }

  show(data) {
    if (this.words && this.words.missing !== data.words.missing) this.rows.clear() // another language
    this.words = data.words
    this.done = data.done
    this.count = Math.max(this.count, data.done)
    for (const [place, { at }] of this.waiting) if (at <= data.done) this.waiting.delete(place)
    const rows = data.fields.map((field) => {
      const known = this.rows.get(field.place)
      const row = known?.kind === field.kind ? known : new Row(this, field)
      row.show(field)
      return row
    })
    this.rows = new Map(rows.map((row) => [row.field.place, row]))
    const roots = rows.map((row) => row.root)
    if (roots.some((root, at) => this.root.children[at] !== root) || this.root.children.length !== roots.length)
      this.root.replaceChildren(...roots)
    if (this.done >= this.sent) this.flush()
  }

  // One change is under way at a time; what follows meanwhile goes together when it is answered.
  change(place, cell) {
    this.waiting.set(place, { cell, at: ++this.count })
    if (this.done >= this.sent || performance.now() > this.due) this.flush()
  }

  flush() {
    if (!this.waiting.size || this.count <= this.sent) return
    this.sent = this.count
    this.due = performance.now() + PATIENCE
    setTimeout(() => performance.now() >= this.due && this.flush(), PATIENCE + 50)
    this.send({ n: this.count, cells: [...this.waiting].map(([place, { cell }]) => [place, cell]) })
  }
}

class Row {
  constructor(form, field) {
    this.form = form
    this.kind = field.kind
    this.head = element('div')
    this.box = element('div', { className: `vw-box ${field.kind}` })
    this.back = element('button', { type: 'button', className: 'vw-back', textContent: '↺' })
    this.back.addEventListener('click', () => this.commit(this.field.original))
    this.root = element('div', { className: 'vw-field' })
    this.root.append(this.head, this.box, this.back)
    this.input = makers[field.kind](this)
    this.input.setAttribute('aria-label', field.name)
    this.input.addEventListener('input', () => (this.typing = true))
    this.input.addEventListener('change', () => this.read())
    this.input.addEventListener('blur', () => {
      this.typing = false
      this.show(this.field)
    })
  }

  show(field) {
    const before = this.field
    this.field = field
    if (before?.head !== field.head) this.head.innerHTML = field.head
    this.back.hidden = field.back === null
    this.back.title = field.back ?? ''
    this.back.setAttribute('aria-label', field.back ?? '')
    const mine = this.form.waiting.get(field.place)
    if (mine || this.typing) return
    if (before === undefined || before.value !== field.value || this.cell !== field.value) this.put(field.value)
  }

  put(cell) {
    this.cell = cell
    this.typing = false
    writers[this.kind](this, cell)
  }

  read() {
    this.typing = false
    const cell = readers[this.kind](this)
    if (cell === undefined) this.put(this.cell)
    else if (cell !== this.cell) this.commit(cell)
  }

  commit(cell) {
    this.put(cell)
    this.form.change(this.field.place, cell)
  }

  step(sign) {
    if (this.typing) this.read()
    const { step, begin } = this.field
    this.commit(this.cell === null ? begin : Number((this.cell + sign * step).toPrecision(12)))
  }
}

const makers = {
  number(row) {
    const input = element('input', { type: 'number', step: 'any' })
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
      event.preventDefault()
      row.step(event.key === 'ArrowUp' ? 1 : -1)
    })
    input.addEventListener('wheel', () => input.blur(), { passive: true }) // scrolling changes no number
    row.box.append(
      input,
      button(row, '×', 'empty', () => row.commit(null)),
      button(row, '−', 'less', () => row.step(-1)),
      button(row, '+', 'more', () => row.step(1)),
    )
    return input
  },
  date(row) {
    const input = element('input', { type: 'date', min: '0001-01-01', max: '9999-12-31' })
    row.box.append(input, button(row, '×', 'empty', () => row.commit(null)))
    return input
  },
  text(row) {
    const input = element('textarea', { rows: 4 })
    row.box.append(input)
    return input
  },
  choice(row) {
    const input = element('select')
    row.other = element('input', { type: 'text', hidden: true })
    row.other.addEventListener('change', () => row.commit(row.other.value.trim() || null))
    row.other.addEventListener('blur', () => row.put(row.cell))
    // The categories, of which there may be a thousand, are laid out when somebody is about to choose.
    for (const what of ['pointerdown', 'focus', 'keydown']) input.addEventListener(what, () => fill(row))
    row.box.append(input, row.other)
    return input
  },
}

const writers = {
  number: (row, cell) => {
    row.input.value = cell === null ? '' : row.field.value === cell ? row.field.shown : String(cell)
    row.input.placeholder = row.form.words.missing
  },
  date: (row, cell) => (row.input.value = cell ?? ''),
  text: (row, cell) => {
    row.input.value = cell ?? ''
    row.input.placeholder = row.form.words.missing
  },
  choice: (row, cell) => {
    row.other.hidden = true
    row.input.hidden = false
    row.filled = false
    row.input.replaceChildren(option(row, cell))
    row.input.value = cell ?? ''
    if (document.activeElement === row.input) fill(row)
  },
}

const readers = {
  number: ({ input }) => (input.validity.badInput ? undefined : input.value === '' ? null : Number(input.value)),
  date: ({ input }) => (input.validity.badInput ? undefined : input.value || null),
  text: ({ input }) => input.value || null,
  choice: (row) => {
    if (row.input.value !== OTHER) return row.input.value || null
    row.input.hidden = true
    row.other.hidden = false
    row.other.value = row.cell ?? ''
    row.other.setAttribute('aria-label', row.field.name)
    row.other.focus()
    return row.cell
  },
}

function fill(row) {
  if (row.filled) return
  row.filled = true
  const cells = [null, ...row.field.levels]
  if (row.cell !== null && !row.field.levels.includes(row.cell)) cells.push(row.cell)
  const other = element('option', { value: OTHER, textContent: row.form.words.other })
  row.input.replaceChildren(...cells.map((cell) => option(row, cell)), other)
  row.input.value = row.cell ?? ''
}

function option(row, cell) {
  return element('option', { value: cell ?? '', textContent: cell ?? row.form.words.missing })
}

function button(row, sign, word, act) {
  const made = element('button', { type: 'button', textContent: sign, tabIndex: -1 })
  made.title = row.form.words[word]
  made.setAttribute('aria-label', row.form.words[word])
  made.addEventListener('click', act)
  return made
}

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties)
}
