#!/usr/bin/env bats
# ring_server as a program: its configuration, one node alone on its socket, bad
# input, its end. (Rings: tests/flow/ring.bats.)
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	port=$(free_ports 1)
	server=''
}

teardown() {
	[[ -z $server ]] || stop_process "$server"
}

# serve ARGUMENT...: a ring of one; sets `server`, waits until it answers.
serve() {
	"$BIN/ring_server" --id 1 --address "127.0.0.1:$port" --log-file log.txt "$@" 3>&- &
	server=$!
	wait_until 10 "$BIN/ring_server" --id 1 --address "127.0.0.1:$port" --ping
}

# lab CODE ARGUMENT...: python with p2p.py; `port` is the server's.
lab() {
	run env PYTHONPATH="$PROJECT/tests/lab" python3 -c "
import sys, time, os, socket, struct
from p2p import *
port = $port
def connect():
    sock = socket.create_connection(('127.0.0.1', port), 20)
    sock.settimeout(60)
    return sock
def task(sock, secret, number=1):
    sock.sendall(pack({'TaskRequest': {'client_name': 'c', 'request_id': number,
                 'secret_image_data': list(secret), 'assigned_by_leader': 1}}))
    return receive(sock)['TaskResponse']
$1"
}

@test "a missing id, address or a bad peer is a usage error that names the key" {
	run "$BIN/ring_server" --address 127.0.0.1:1
	expect_status 2
	expect_text "ID is missing"
	run "$BIN/ring_server" --id 1
	expect_status 2
	expect_text "ADDRESS is missing"
	run "$BIN/ring_server" --id 1 --address 127.0.0.1:1 --peers 2:127.0.0.1:2
	expect_status 2
	expect_text "'2:127.0.0.1:2' is no ID@HOST:PORT"
	run "$BIN/ring_server" --id 1 --address 127.0.0.1:1 --peers 1@127.0.0.1:2
	expect_status 2
	expect_text "server 1 is named twice"
}

@test "a peer that nobody knows is exit 1 and names it" {
	run "$BIN/ring_server" --id 1 --address "127.0.0.1:$port" --peers 2@no.such.host.invalid:80
	expect_status 1
	expect_text "ring_server: PEERS: no.such.host.invalid:80:"
}

@test "an address that clients cannot connect to is refused, with the way out" {
	run "$BIN/ring_server" --id 1 --address 0.0.0.0:8001
	expect_status 2
	expect_text "clients cannot connect to 0.0.0.0:8001" "LISTEN=0.0.0.0:8001"
}

@test "a port in use is exit 1 and names it" {
	serve
	run "$BIN/ring_server" --id 1 --address "127.0.0.1:$port"
	expect_status 1
	expect_text "cannot listen on 127.0.0.1:$port: Address already in use"
}

@test "a cover that is missing or no picture is exit 1 and names the file" {
	run "$BIN/ring_server" --id 1 --address "127.0.0.1:$port" --cover-image none.png
	expect_status 1
	expect_text "cannot read COVER_IMAGE none.png"
	printf 'not a picture' >text.png
	run "$BIN/ring_server" --id 1 --address "127.0.0.1:$port" --cover-image text.png
	expect_status 1
	expect_text "COVER_IMAGE text.png"
}

@test "--ping says who leads, and is exit 1 where nobody listens" {
	serve
	run "$BIN/ring_server" --id 1 --address "127.0.0.1:$port" --ping
	expect_status 0
	expect_text "server 1 at 127.0.0.1:$port answers; leader 1"
	stop_process "$server"
	run "$BIN/ring_server" --id 1 --address "127.0.0.1:$port" --ping
	expect_status 1
	expect_text "connection refused"
}

@test "one connection carries an assignment, a task, its ack and more" {
	serve
	lab "
sock = connect()
sock.sendall(pack({'TaskAssignmentRequest': {'client_name': 'c', 'request_id': 1}}))
answer = receive(sock)['TaskAssignmentResponse']
assert answer == {'request_id': 1, 'assigned_server_id': 1,
                  'assigned_server_address': f'127.0.0.1:{port}'}, answer
done = task(sock, b'secret')
assert done['success'] and done['error_message'] is None and done['request_id'] == 1
assert bytes(done['encrypted_image_data'])[:4] == b'\x89PNG'
sock.sendall(pack({'TaskStatusQuery': {'client_name': 'c', 'request_id': 1}}))
assert receive(sock)['TaskStatusResponse']['assigned_server_id'] == 1
sock.sendall(pack({'TaskAck': {'client_name': 'c', 'request_id': 1}}) + pack('LeaderQuery'))
assert receive(sock) == {'LeaderResponse': {'leader_id': 1}}
sock.sendall(pack({'TaskStatusQuery': {'client_name': 'c', 'request_id': 1}}))
assert receive(sock) is None"
	expect_status 0
}

@test "secrets of every size come back whole from the picture" {
	serve
	lab "
import io, zlib
def secret_in(png):
    at, idat, width, height = 8, b'', 0, 0
    while at < len(png):
        length, kind = struct.unpack('>I4s', png[at:at + 8])
        body = png[at + 8:at + 8 + length]
        at += 12 + length
        if kind == b'IHDR': width, height = struct.unpack('>II', body[:8])
        if kind == b'IDAT': idat += body
    rows, bits, before = zlib.decompress(idat), [], bytes(4 * width)
    for y in range(height):
        kind, row = rows[y * (4 * width + 1)], bytearray(rows[y * (4 * width + 1) + 1:(y + 1) * (4 * width + 1)])
        assert kind in (0, 1, 2), kind
        for x in range(4 * width):
            left = row[x - 4] if x >= 4 and kind == 1 else 0
            row[x] = row[x] + left + (before[x] if kind == 2 else 0) & 255
        before = row
        bits += [value & 1 for x, value in enumerate(row) if x % 4 != 3]
    number = lambda some: int(''.join(map(str, some)), 2)
    length = number(bits[:32])
    return bytes(number(bits[32 + 8 * i:40 + 8 * i]) for i in range(length))
sock = connect()
for size in (0, 1, 2, 3, 4, 5, 1000, 30001):
    secret = os.urandom(size)
    assert secret_in(bytes(task(sock, secret)['encrypted_image_data'])) == secret, size"
	expect_status 0
}

@test "a secret too large for the cover fails with the original's words; the largest fits" {
	python3 - >cover.png <<-'END'
		import struct, sys, zlib

		def chunk(name, data):
		    crc = zlib.crc32(name + data)
		    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

		header = struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)
		rows = (b"\0" + b"\xff\0\0" * 40) * 30
		sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
		                        + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
	END
	serve --cover-image cover.png
	lab "
sock = connect()
assert task(sock, bytes(446))['success']
failed = task(sock, bytes(447))
assert not failed['success'] and failed['encrypted_image_data'] == []
assert failed['error_message'] == ('Carrier image too small: need 3608 bits but only have 3600 bits '
    'available. Secret image size: 447 bytes'), failed['error_message']"
	expect_status 0
}

@test "frames that are no messages close their connection and harm no other" {
	serve
	lab "
good = connect()
for bad in (b'\0\0\0\0', b'\0\0\0\3abc', b'\xff\xff\xff\xff{', b'\6\x40\0\1', pack({'Nope': {}}),
            pack({'TaskAck': {'client_name': 'c'}}), pack({'TaskAck': {'client_name': 'c', 'request_id': -1}}),
            pack({'TaskRequest': {'client_name': 'c', 'request_id': 1, 'secret_image_data': [256], 'assigned_by_leader': 1}})):
    sock = connect()
    sock.sendall(bad)
    try:
        assert receive(sock) is None, bad
    except ConnectionResetError:
        pass
half = connect()
half.sendall(b'\0\0')
half.close()
good.sendall(pack('LeaderQuery'))
assert receive(good) == {'LeaderResponse': {'leader_id': 1}}"
	expect_status 0
}

@test "a client that has closed its half is still answered" {
	serve
	lab "
sock = connect()
sock.sendall(pack({'TaskRequest': {'client_name': 'c', 'request_id': 1, 'secret_image_data': [1], 'assigned_by_leader': 1}}))
sock.shutdown(socket.SHUT_WR)
assert receive(sock)['TaskResponse']['success']"
	expect_status 0
}

@test "beyond MAX_CONNECTIONS the longest idle connection makes room" {
	serve --max-connections 8
	lab "
held = []
for _ in range(40):
    held.append(connect())
    held[-1].sendall(pack('LeaderQuery'))
    assert receive(held[-1])
held[-1].sendall(pack('LeaderQuery'))
assert receive(held[-1])"
	expect_status 0
}

@test "without descriptors left it neither spins nor fills its log, and recovers" {
	serve
	prlimit --pid "$server" --nofile="$(($(find "/proc/$server/fd" -type l | wc -l) + 4)):"
	lab "
held = [connect() for _ in range(60)]
for sock in held:
    sock.sendall(b'\\0')  # within a frame: not one of them is idle
time.sleep(1)
def ticks():
    return sum(int(n) for n in open('/proc/$server/stat').read().rsplit(')')[1].split()[11:13])
before = ticks()
time.sleep(1)
assert ticks() - before < 20, ticks() - before
for sock in held:
    sock.close()
sock = connect()
sock.sendall(pack('LeaderQuery'))
assert receive(sock)"
	expect_status 0
	[[ $(grep --count "cannot accept: Too many open files" log.txt) == 1 ]]
}

@test "a frame that stalls, or comes too slowly, is given up after 30 s; a silent connection is not" {
	serve
	lab "
import select
stalled, slow, silent = connect(), connect(), connect()
stalled.sendall(struct.pack('>I', 1000) + b'{')
slow.sendall(struct.pack('>I', 1000))
start, ended = time.monotonic(), {}
while len(ended) < 2 and time.monotonic() - start < 40:
    for sock in select.select([s for s in (stalled, slow) if s not in ended], [], [], 0.2)[0]:
        try:
            assert sock.recv(1) == b''
        except ConnectionResetError:
            assert sock is slow # a byte of ours was on its way
        ended[sock] = time.monotonic() - start
    try:
        if slow not in ended:
            slow.sendall(b' ')
    except (ConnectionResetError, BrokenPipeError):
        ended[slow] = time.monotonic() - start
assert len(ended) == 2, ended
assert all(29 < seconds < 35 for seconds in ended.values()), ended.values()
silent.sendall(pack('LeaderQuery'))
assert receive(silent)"
	expect_status 0
}

@test "a large picture in work does not delay an answer, nor does one beyond the budget" {
	serve --max-task-bytes 1M --workers 1
	lab "
import threading
big = pack({'TaskRequest': {'client_name': 'c', 'request_id': 1, 'secret_image_data': list(os.urandom(1000000)), 'assigned_by_leader': 1}})
done = []
def run():
    sock = connect()
    sock.sendall(big)
    done.append(receive(sock)['TaskResponse']['success'])
threads = [threading.Thread(target=run) for _ in range(4)]
for thread in threads: thread.start()
longest = 0
while any(thread.is_alive() for thread in threads):
    begin = time.monotonic()
    with connect() as sock:
        sock.sendall(pack('LeaderQuery'))
        assert receive(sock)
    longest = max(longest, time.monotonic() - begin)
    time.sleep(0.01)
assert done == [True] * 4, done
assert longest < 2, longest"
	expect_status 0
}

@test "SIGTERM ends an idle server at once with exit 0" {
	serve
	kill -TERM "$server"
	wait "$server"
	server=''
	grep -q 'Server 1 stopped' log.txt
}

@test "a stopping server finishes the task in hand and takes its ack" {
	serve
	lab "
sock = connect()
sock.sendall(pack({'TaskRequest': {'client_name': 'c', 'request_id': 1, 'secret_image_data': list(os.urandom(3000000)), 'assigned_by_leader': 1}}))
# More than the sockets hold: the server has begun to read.
os.kill($server, 15)
answer = receive(sock)
assert answer['TaskResponse']['success']
sock.sendall(pack({'TaskAck': {'client_name': 'c', 'request_id': 1}}))
assert receive(sock) is None"
	expect_status 0
	wait "$server"
	server=''
}
