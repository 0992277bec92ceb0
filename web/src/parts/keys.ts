/** "/" goes to the search; nothing is taken from a person who is typing. */
export function startKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    const search = [...document.querySelectorAll<HTMLInputElement>('input[type="search"]')].find((input) => input.offsetParent !== null);
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}
