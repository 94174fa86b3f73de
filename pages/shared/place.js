// Where the page is: its language, its top, and its address. And what draws figures, loaded while nobody waits for it.

export default function ({ data }) {
  document.documentElement.lang = data.language
  if (window.vitrinePlace !== undefined && window.vitrinePlace !== data.place)
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0)
  window.vitrinePlace = data.place
  window.vitrineAddress ??= new Address(data.often, data.pause)
  window.vitrineEarly ??= setTimeout(() => early(data.early), data.rest)
}

// Loads modules of Streamlit's own by their names, once the browser has nothing else to do: a session's first figure
// would wait for a second until the browser has read what draws it.
function early(names) {
  const own = document.querySelector('script[type="module"][src]')
  const idle = window.requestIdleCallback ?? setTimeout
  if (own) idle(() => names.forEach((name) => import(new URL(name, own.src).href).catch(() => {})))
}

// Writes the address as Streamlit asks, but what changes with every key at most once in a while: a new address costs a
// browser as much as a new answer, and a person who holds a key down would have to go back through every number.
class Address {
  constructor(often, pause) {
    this.often = often
    this.pause = pause
    this.last = -Infinity
    this.held = null
    this.push = history.pushState.bind(history)
    history.pushState = (...asked) => this.take(asked)
    const flush = () => this.flush()
    const inside = (event) => event.target.closest?.('.vw-fields')
    document.addEventListener('pointerdown', (event) => inside(event) || flush(), true)
    document.addEventListener(
      'keydown',
      (event) => (inside(event) && !event.altKey && !event.ctrlKey && !event.metaKey) || flush(),
      true,
    )
    document.documentElement.addEventListener('mouseleave', flush)
    for (const what of ['blur', 'pagehide']) window.addEventListener(what, flush)
    window.addEventListener('popstate', () => this.drop())
  }

  take(asked) {
    const often = this.changesOften(asked[2])
    const soon = performance.now() - this.last < this.pause
    if (often) {
      this.last = performance.now()
      this.drop()
    } else this.flush()
    if (!often || !soon) {
      this.push(...asked)
      return
    }
    this.held = asked
    this.timer = setTimeout(() => this.flush(), this.pause)
  }

  changesOften(address) {
    const [asked, now] = [new URL(address, location.href), new URL(location.href)]
    for (const one of [asked, now]) one.searchParams.delete(this.often)
    return asked.href === now.href
  }

  flush() {
    const asked = this.held
    this.drop()
    if (asked) this.push(...asked)
  }

  drop() {
    clearTimeout(this.timer)
    this.held = null
  }
}
