/** The shop's words, in both languages. */
const en = {
  tagline: 'For the home and what grows around it', search: 'Search the shop', find: 'Search', basket: 'Basket', account: 'Account', language: 'Türkçe',
  hero: 'Summer begins on the veranda', heroText: 'Tables to sit around until late, light for the evening, and pots for everything that is to grow.', heroGo: 'To the garden furniture',
  categories: 'Categories', favourites: 'Picked for you', found: 'Results for “{0}”', nothing: 'Nothing matches “{0}”. Try another word.', items: '{0} products',
  add: 'Add to basket', added: '{0} is in the basket', delivery: 'Delivered within five days', returns: 'Return it within 30 days', back: 'Back to {0}',
  empty: 'Your basket is empty', emptyGo: 'Look around', remove: 'Remove', quantity: 'Quantity', total: 'Total', toCheckout: 'To the checkout',
  checkout: 'Checkout', step: 'Step {0} of 4', s1: 'Who are you?', s2: 'Where to?', s3: 'When?', s4: 'How do you pay?', email: 'E-mail', name: 'Name', city: 'City', street: 'Street and number',
  slot: 'Delivery slot', morning: 'In the morning (9–13)', evening: 'In the afternoon (13–18)', choose: 'Choose', payment: 'Means of payment', card: 'Card', transfer: 'Bank transfer', onDelivery: 'On delivery',
  noMoney: 'A demo: nothing is charged and nothing is sent.', next: 'Continue', order: 'Place the order', thanks: 'Thank you for your order', thanksText: 'Order {0} will be with you by {1}. That is a promise, and Temas will watch over it.', goOn: 'Go on shopping',
  signIn: 'Sign in', signInText: 'Any address will do: from now on Temas knows you by it, and what you did before belongs to you, too.', signOut: 'Sign out', hello: 'You are signed in as {0}.', missing: 'This page is not here', home: 'To the start',
  panel: 'What Temas sees of me', close: 'Close', consent: 'Consent', pending: 'not asked yet: nothing is stored, nothing is sent', granted: 'given', denied: 'refused: nothing is recorded', change: 'Change',
  anonymous: 'Anonymous id', user: 'Known as', session: 'Session', nobody: 'not yet', events: 'My events', noEvents: 'As soon as you agree, your clicks appear here.', sent: 'stored', waiting: 'on its way',
  feed: 'Live feed', timeline: 'My timeline', signInTemas: 'Sign in to Temas to see yourself in the live feed and on your timeline.', toTemas: 'Sign in to Temas', demo: 'A demo shop. Veranda is invented, and nothing here can be bought.', skip: 'To the content', failed: 'The range could not be loaded. Reload the page to try again.',
};
const tr: typeof en = {
  tagline: 'Ev ve etrafında yeşeren her şey için', search: 'Mağazada ara', find: 'Ara', basket: 'Sepet', account: 'Hesap', language: 'English',
  hero: 'Yaz verandada başlar', heroText: 'Geç saatlere kadar etrafında oturulacak masalar, akşama ışık, yeşerecek her şeye saksı.', heroGo: 'Bahçe mobilyalarına git',
  categories: 'Kategoriler', favourites: 'Sizin için seçtik', found: '“{0}” için sonuçlar', nothing: '“{0}” için bir şey bulamadık. Başka bir sözcük deneyin.', items: '{0} ürün',
  add: 'Sepete ekle', added: '{0} sepette', delivery: 'Beş gün içinde kapınızda', returns: '30 gün içinde iade', back: 'Geri: {0}',
  empty: 'Sepetiniz boş', emptyGo: 'Mağazayı gez', remove: 'Çıkar', quantity: 'Adet', total: 'Toplam', toCheckout: 'Ödemeye geç',
  checkout: 'Ödeme', step: 'Adım {0}/4', s1: 'Siz kimsiniz?', s2: 'Nereye gönderelim?', s3: 'Ne zaman gelelim?', s4: 'Nasıl ödeyeceksiniz?', email: 'E-posta', name: 'Ad soyad', city: 'Şehir', street: 'Açık adres',
  slot: 'Teslimat aralığı', morning: 'Öğleden önce (9–13)', evening: 'Öğleden sonra (13–18)', choose: 'Seçin', payment: 'Ödeme yöntemi', card: 'Kart', transfer: 'Havale', onDelivery: 'Kapıda ödeme',
  noMoney: 'Bu bir örnek mağaza: para çekilmez, bir şey gönderilmez.', next: 'Devam et', order: 'Siparişi ver', thanks: 'Siparişiniz için teşekkürler', thanksText: '{0} numaralı siparişiniz en geç {1} günü sizde. Bu bir söz; tutulup tutulmadığını Temas izleyecek.', goOn: 'Alışverişe devam et',
  signIn: 'Giriş yap', signInText: 'Herhangi bir adres olur: Temas sizi bundan böyle bu adresle tanır, daha önce yaptıklarınız da size ait olur.', signOut: 'Çıkış yap', hello: '{0} olarak giriş yaptınız.', missing: 'Böyle bir sayfa yok', home: 'Ana sayfaya dön',
  panel: 'Temas beni nasıl görüyor?', close: 'Kapat', consent: 'İzin', pending: 'henüz sorulmadı: hiçbir şey saklanmıyor, gönderilmiyor', granted: 'verildi', denied: 'verilmedi: hiçbir şey kaydedilmiyor', change: 'Değiştir',
  anonymous: 'Anonim kimlik', user: 'Bilinen adı', session: 'Oturum', nobody: 'henüz yok', events: 'Olaylarım', noEvents: 'İzin verdiğiniz anda tıklamalarınız burada görünür.', sent: 'kaydedildi', waiting: 'yolda',
  feed: 'Canlı akış', timeline: 'Zaman çizelgem', signInTemas: 'Kendinizi canlı akışta ve zaman çizelgenizde görmek için Temas’ta oturum açın.', toTemas: 'Temas’ta oturum aç', demo: 'Bu bir örnek mağazadır. Veranda diye bir şirket yoktur, buradan bir şey satın alınamaz.', skip: 'İçeriğe geç', failed: 'Ürünler yüklenemedi. Yeniden denemek için sayfayı yenileyin.',
};

export type Words = keyof typeof en;
export type Language = 'tr' | 'en';

let language: Language = 'en';

export const current = () => language;

/** Takes a language for the page. */
export function speak(next: Language): void {
  language = next;
  document.documentElement.lang = next;
}

/** A text of the shop. */
export function say(key: Words, ...values: (string | number)[]): string {
  return (language === 'tr' ? tr : en)[key].replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)] ?? ''));
}

/** An amount in TRY. */
export const money = (amount: number) => new Intl.NumberFormat(language === 'tr' ? 'tr-TR' : 'en-GB', { style: 'currency', currency: 'TRY' }).format(amount);

/** A day. */
export const day = (date: Date) => new Intl.DateTimeFormat(language === 'tr' ? 'tr-TR' : 'en-GB', { dateStyle: 'full' }).format(date);
