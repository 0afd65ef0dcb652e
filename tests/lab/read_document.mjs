// read_document.mjs PORT ID - what the library makes of a document of the sync
// server at 127.0.0.1:PORT, saved and loaded again, as JSON. Runs where its
// packages are installed.
import process from "node:process"
import { load, save } from "@automerge/automerge"
import { Repo } from "@automerge/automerge-repo"
import { WebSocketClientAdapter } from "@automerge/automerge-repo-network-websocket"

const [port, id] = process.argv.slice(2)
const repo = new Repo({
  network: [new WebSocketClientAdapter(`ws://127.0.0.1:${port}/`)],
})
const handle = await repo.find(`automerge:${id}`)
await handle.whenReady()
console.log(JSON.stringify(load(save(handle.doc()))))
process.exit(0)
