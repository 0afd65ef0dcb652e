// sync_server.mjs PORT [FOLDER [ADDRESS]] - the reference sync server of
// automerge-repo: its WebSocket adapter on ws, as in
// @automerge/automerge-repo-sync-server. Port 0 lets the kernel choose; prints
// the port. Documents are kept in FOLDER. ADDRESS is 127.0.0.1 unless given.
// Runs where its packages are installed (node_peer.sh copies it there).
import http from "node:http"
import process from "node:process"
import { Repo } from "@automerge/automerge-repo"
import { WebSocketServerAdapter } from "@automerge/automerge-repo-network-websocket"
import { NodeFSStorageAdapter } from "@automerge/automerge-repo-storage-nodefs"
import { WebSocketServer } from "ws"

const server = http.createServer((request, response) => {
  response.end("sync server\n")
})
const sockets = new WebSocketServer({ noServer: true })
// A socket that fails must not end the process.
sockets.on("connection", (socket) => socket.on("error", () => {}))
server.on("upgrade", (request, socket, head) =>
  sockets.handleUpgrade(request, socket, head, (webSocket) =>
    sockets.emit("connection", webSocket, request),
  ),
)
const folder = process.argv[3]
new Repo({
  network: [new WebSocketServerAdapter(sockets)],
  storage: folder ? new NodeFSStorageAdapter(folder) : undefined,
  peerId: `reference-${process.pid}`,
  sharePolicy: async () => true,
})
process.on("SIGTERM", () => process.exit(0))
const address = process.argv[4] ?? "127.0.0.1"
server.listen(Number(process.argv[2] ?? 0), address, () =>
  console.log(server.address().port),
)
