/** A toast leaves after ten seconds, but not while it is pointed at or has the focus. */
export function startToasts(): void {
  for (const toast of document.querySelectorAll<HTMLElement>('.toast-item')) {
    let left = 10;
    const timer = setInterval(() => {
      if (toast.matches(':hover, :focus-within')) return;
      if (--left > 0) return;
      clearInterval(timer);
      toast.remove();
    }, 1_000);
    toast.querySelector('[data-dismiss]')?.addEventListener('click', () => {
      clearInterval(timer);
      toast.remove();
    });
  }
}
