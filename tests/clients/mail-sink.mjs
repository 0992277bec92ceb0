// A mail server that delivers nothing and tells what it took: smtp-server and mailparser, unmodified. The first line is the port, each further one a mail.
// Usage: node mail-sink.mjs [USER PASSWORD]; with a name and password it asks for them. Ends when its standard input does.
import { SMTPServer } from 'smtp-server'
import { simpleParser } from 'mailparser'

const [user, password] = process.argv.slice(2)
const seen = new Map()
const server = new SMTPServer({
  authOptional: user === undefined,
  allowInsecureAuth: true,
  onAuth: (auth, session, done) => (auth.username === user && auth.password === password ? done(null, { user }) : done(new Error('wrong name or password'))),
  onRcptTo: ({ address }, session, done) => {
    if (address.startsWith('refused@')) return done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
    // busy-2@: full twice, and then there is room.
    const busy = /^busy-(\d+)@/.exec(address)
    const tries = (seen.get(address) ?? 0) + 1
    seen.set(address, tries)
    return busy && tries <= Number(busy[1]) ? done(Object.assign(new Error('try again later'), { responseCode: 451 })) : setTimeout(done, address.startsWith('slow@') ? 1500 : 0)
  },
  onData: (stream, session, done) => {
    const chunks = []
    stream.on('data', (chunk) => chunks.push(chunk))
    stream.on('end', () => simpleParser(Buffer.concat(chunks), { skipImageLinks: true }).then((mail) => {
      const { from, to, subject, text, html } = mail
      const parts = [...Buffer.concat(chunks).toString('latin1').matchAll(/^content-type: *([^;\r\n]+)/gim)].map((m) => m[1].toLowerCase())
      const pictures = mail.attachments.filter((a) => a.related).map((a) => ({ id: a.cid, kind: a.contentType, disposition: a.contentDisposition, png: a.content.toString('base64') }))
      const raw = (name) => mail.headerLines.find((h) => h.key === name)?.line ?? null
      console.log(JSON.stringify({ from: from.text, to: to.text, subject, text, html, secure: session.secure, user: session.user ?? null, automatic: mail.headers.get('auto-submitted'), id: mail.messageId, unsubscribe: raw('list-unsubscribe'), oneClick: raw('list-unsubscribe-post'), rawSubject: raw('subject'), returnPath: session.envelope.mailFrom.address, parts, pictures }))
      done()
    }, done))
  },
})
server.on('error', (error) => console.error(error.message))
server.listen(0, '127.0.0.1', () => console.log(server.server.address().port))
process.stdin.on('end', () => process.exit(0)).resume()
