export type Theme = 'light' | 'dark' | 'auto';

const cookie = 'temas-theme';

export function readTheme(): Theme {
  const value = document.cookie.split('; ').find((pair) => pair.startsWith(`${cookie}=`))?.slice(cookie.length + 1);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

export function keepTheme(theme: Theme): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${cookie}=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

export function applyTheme(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-bs-theme', dark ? 'dark' : 'light');
  document.documentElement.dataset.theme = theme;
}
