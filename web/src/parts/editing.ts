/**
 * Two helps of the editors, which work without them, too. [data-adds-to="id"]: what is chosen from the list goes into that text, a line of its own. [data-many]: a list
 * completes the last of several words between commas.
 */
export function startEditing(): void {
  document.addEventListener('change', (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.dataset.addsTo === undefined) return;
    const text = document.getElementById(input.dataset.addsTo);
    const name = input.value.trim();
    if (!(text instanceof HTMLTextAreaElement) || name === '') return;
    const lines = text.value.split('\n').map((line) => line.trim()).filter((line) => line !== '');
    if (!lines.includes(name)) lines.push(name);
    text.value = lines.join('\n');
    text.rows = Math.max(2, Math.min(8, lines.length + 1));
    input.value = '';
    text.dispatchEvent(new Event('change', { bubbles: true }));
  });

  document.addEventListener('input', (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.dataset.many === undefined) return;
    const shared = document.getElementById(input.dataset.shared ?? input.getAttribute('list') ?? '');
    if (shared === null) return;
    input.dataset.shared ??= shared.id;
    const cut = input.value.lastIndexOf(',') + 1;
    const before = cut === 0 ? '' : `${input.value.slice(0, cut)} `;
    let own = document.getElementById(`${shared.id}-many`);
    if (own === null) {
      own = document.createElement('datalist');
      own.id = `${shared.id}-many`;
      shared.after(own);
    }
    if (own.dataset.before !== before) {
      own.dataset.before = before;
      own.replaceChildren(...[...shared.querySelectorAll('option')].map((option) => {
        const copy = document.createElement('option');
        copy.value = before + option.value;
        return copy;
      }));
    }
    input.setAttribute('list', own.id);
  });
}
