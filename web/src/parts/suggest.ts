/**
 * Offers what fits while one types. A field with data-suggest="address" has the options of its datalist from there (/api/suggest), with what was typed as q.
 * A select with data-choose becomes a field in which one types and chooses from a list; the select stays, unseen, as what is sent. Without scripts both are what they were.
 */
const most = 50;

interface Suggested {
  suggestions: { value: unknown; label: string }[];
}

export function startSuggesting(): void {
  const waiting = new WeakMap<HTMLInputElement, number>();
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.dataset.suggest) return;
    clearTimeout(waiting.get(target));
    waiting.set(target, window.setTimeout(() => void offer(target), 150));
  });
  for (const select of document.querySelectorAll<HTMLSelectElement>('select[data-choose]')) choose(select);
}

async function ask(address: string, q: string): Promise<Suggested['suggestions']> {
  const answer = await fetch(`${address}&q=${encodeURIComponent(q.slice(0, 200))}`, { headers: { Accept: 'application/json' } }).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as Suggested).suggestions : [];
}

async function offer(field: HTMLInputElement): Promise<void> {
  const typed = field.value;
  const some = await ask(field.dataset.suggest ?? '', typed);
  // Somebody may have typed on meanwhile.
  if (field.value !== typed || some.length === 0) return;
  field.list?.replaceChildren(...some.map((s) => new Option('', typeof s.value === 'string' ? s.value : s.label)));
}

// As somebody compares who minds neither capitals nor marks: i, ı, I and İ are one letter here.
const folded = (text: string): string => text.replaceAll(/[İIı]/g, 'i').toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');

function choose(select: HTMLSelectElement): void {
  const [around, field, list] = [document.createElement('div'), document.createElement('input'), document.createElement('ul')];
  let active = -1;
  let asked = 0;
  const chosen = (): string => select.selectedOptions[0]?.text.trim() ?? '';
  around.className = 'choose';
  Object.assign(field, { type: 'text', className: 'form-select', value: chosen(), autocomplete: 'off', spellcheck: false });
  field.id = select.id;
  select.id = `${field.id}-chosen`;
  list.id = `${field.id}-list`;
  list.className = 'choose-list';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', select.labels[0]?.textContent?.trim() ?? document.querySelector(`label[for="${CSS.escape(field.id)}"]`)?.textContent?.trim() ?? '');
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id })) field.setAttribute(name, value);
  for (const name of ['aria-label', 'aria-invalid', 'aria-describedby']) if (select.hasAttribute(name)) field.setAttribute(name, select.getAttribute(name) ?? '');
  select.tabIndex = -1;
  select.setAttribute('aria-hidden', 'true');
  select.replaceWith(around);
  around.append(field, list, select);

  const close = (): void => {
    list.hidden = true;
    active = -1;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  };
  const take = (value: string): void => {
    const isOther = select.value !== value;
    select.value = value;
    field.value = chosen();
    close();
    if (isOther) select.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const point = (at: number): void => {
    const items = [...list.children] as HTMLElement[];
    items[active]?.removeAttribute('aria-selected');
    active = items.length === 0 ? -1 : (at + items.length) % items.length;
    const item = items[active];
    if (!item) return;
    item.setAttribute('aria-selected', 'true');
    item.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', item.id);
  };
  const show = (typed: string): void => {
    const wanted = folded(typed.trim());
    // What begins so comes first.
    const fitting = [...select.options].filter((o) => folded(o.text).includes(wanted) || folded(o.value).includes(wanted))
      .map((o, at) => ({ o, at: folded(o.text.trim()).startsWith(wanted) ? at - select.options.length : at })).sort((a, b) => a.at - b.at).map(({ o }) => o).slice(0, most);
    list.replaceChildren(...fitting.map((option, at) => {
      const item = document.createElement('li');
      item.id = `${list.id}-${at}`;
      item.setAttribute('role', 'option');
      item.dataset.value = option.value;
      item.textContent = option.text.trim();
      return item;
    }));
    list.hidden = fitting.length === 0;
    field.setAttribute('aria-expanded', String(!list.hidden));
    active = -1;
    field.removeAttribute('aria-activedescendant');
  };

  field.addEventListener('input', () => {
    show(field.value);
    if (field.value.trim()) point(0);
    // What the page does not hold, for there are too many, is asked for.
    const [turn, typed] = [++asked, field.value];
    if (!select.dataset.choose || typed.trim().length === 0) return;
    window.setTimeout(() => {
      if (turn !== asked) return;
      void ask(select.dataset.choose ?? '', typed.trim()).then((some) => {
        const unknown = some.filter((s) => typeof s.value === 'string' && ![...select.options].some((o) => o.value === s.value));
        if (turn !== asked || unknown.length === 0) return;
        select.append(...unknown.map((s) => new Option(s.label, s.value as string)));
        show(field.value);
        point(0);
      });
    }, 150);
  });
  field.addEventListener('focus', () => field.select());
  field.addEventListener('click', () => {
    if (list.hidden) show('');
  });
  // What is sent is the select; that somebody typed is no change of it.
  field.addEventListener('change', (event) => event.stopPropagation());
  field.addEventListener('blur', () => {
    field.value = chosen();
    close();
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) show('');
      point(event.key === 'ArrowDown' ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === 'Enter' && active >= 0) {
      event.preventDefault();
      take((list.children[active] as HTMLElement).dataset.value ?? '');
    } else if (event.key === 'Escape' && !list.hidden) {
      event.stopPropagation();
      field.value = chosen();
      close();
    }
  });
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', ({ target }) => {
    const item = (target as HTMLElement).closest<HTMLElement>('[role=option]');
    if (item) take(item.dataset.value ?? '');
  });
}
