/** [data-copy="id"] copies the text of that element and says so on the button. */
export function startCopying(): void {
  document.addEventListener('click', async (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-copy]');
    const from = button && document.getElementById(button.dataset.copy ?? '');
    if (!button || !from) return;
    await navigator.clipboard.writeText(from.textContent?.trim() ?? '');
    const label = button.querySelector<HTMLElement>('[data-copy-label]');
    if (!label) return;
    const before = label.textContent;
    label.textContent = button.dataset.copied ?? before;
    button.classList.add('copy-done');
    setTimeout(() => {
      label.textContent = before;
      button.classList.remove('copy-done');
    }, 1800);
  });
}
