/* cloudp2p_examples.h - messages for test_cloudp2p: those of the specification
 * (section 1.2), and what serde accepts and refuses (section 1.1). */
#ifndef TEST_CLOUDP2P_EXAMPLES_H
#define TEST_CLOUDP2P_EXAMPLES_H

#include "wire/cloudp2p.h"

static char client_name[] = "Machine_1_Client_5";
static struct cloudp2p_entry one_entry[] = { { client_name, 1, 2,
    1761950000 } };

#define TEXT(literal) ((char[]){ literal })
#define BYTES(...)                                                             \
	(const uint8_t[])                                                      \
	{                                                                      \
		__VA_ARGS__                                                    \
	}
#define CLIENT .client_name = client_name, .request_id = 1

struct example {
	struct cloudp2p_message message;
	const char *json;
	const uint8_t *picture;
	size_t picture_length;
	const char *array; /* the picture's text */
};

static const struct example examples[] = {
	{ .message = { .type = CLOUDP2P_ELECTION,
	      .server_id = 1,
	      .value = 4.44 },
	    .json = "{\"Election\":{\"from_id\":1,\"priority\":4.44}}" },
	{ .message = { .type = CLOUDP2P_ALIVE, .server_id = 2 },
	    .json = "{\"Alive\":{\"from_id\":2}}" },
	{ .message = { .type = CLOUDP2P_COORDINATOR, .server_id = 2 },
	    .json = "{\"Coordinator\":{\"leader_id\":2}}" },
	{ .message = { .type = CLOUDP2P_HEARTBEAT,
	      .server_id = 1,
	      .timestamp = 1761950000,
	      .value = 5.5 },
	    .json = "{\"Heartbeat\":{\"from_id\":1,\"timestamp\":1761950000,"
	            "\"load\":5.5}}" },
	{ .message = { .type = CLOUDP2P_LEADER_QUERY },
	    .json = "\"LeaderQuery\"" },
	{ .message = { .type = CLOUDP2P_LEADER_RESPONSE, .server_id = 2 },
	    .json = "{\"LeaderResponse\":{\"leader_id\":2}}" },
	{ .message = { .type = CLOUDP2P_TASK_ASSIGNMENT_REQUEST, CLIENT },
	    .json = "{\"TaskAssignmentRequest\":{\"client_name\":\"Machine_1_"
	            "Client_5\",\"request_id\":1}}" },
	{ .message = { .type = CLOUDP2P_TASK_ASSIGNMENT_RESPONSE,
	      .request_id = 1,
	      .server_id = 2,
	      .address = TEXT("10.40.38.47:8001") },
	    .json = "{\"TaskAssignmentResponse\":{\"request_id\":1,\"assigned_"
	            "server_id\":2,\"assigned_server_address\":\"10.40.38.47:"
	            "8001\"}}" },
	{ .message = { .type = CLOUDP2P_TASK_REQUEST, CLIENT, .server_id = 2 },
	    .json = "{\"TaskRequest\":{\"client_name\":\"Machine_1_Client_5\","
	            "\"request_id\":1,\"secret_image_data\":[255,216,255,224],"
	            "\"assigned_by_leader\":2}}",
	    .picture = BYTES(255, 216, 255, 224),
	    .picture_length = 4,
	    .array = "[255,216,255,224]" },
	{ .message = { .type = CLOUDP2P_TASK_RESPONSE,
	      .request_id = 1,
	      .success = true },
	    .json =
	        "{\"TaskResponse\":{\"request_id\":1,\"encrypted_image_data\":["
	        "137,80,78,71],\"success\":true,\"error_message\":null}}",
	    .picture = BYTES(137, 80, 78, 71),
	    .picture_length = 4,
	    .array = "[137,80,78,71]" },
	{ .message = { .type = CLOUDP2P_TASK_RESPONSE,
	      .request_id = 1,
	      .error_message = TEXT(
	          "Carrier image too small: need 800032 bits but only have "
	          "743580 bits available. Secret image size: 100000 bytes") },
	    .json = "{\"TaskResponse\":{\"request_id\":1,\"encrypted_image_"
	            "data\":[],\"success\":false,\"error_message\":\"Carrier "
	            "image too small: need 800032 bits but only have 743580 "
	            "bits available. Secret image size: 100000 bytes\"}}",
	    .array = "[]" },
	{ .message = { .type = CLOUDP2P_TASK_ACK, CLIENT },
	    .json = "{\"TaskAck\":{\"client_name\":\"Machine_1_Client_5\","
	            "\"request_id\":1}}" },
	{ .message = { .type = CLOUDP2P_TASK_STATUS_QUERY, CLIENT },
	    .json = "{\"TaskStatusQuery\":{\"client_name\":\"Machine_1_Client_"
	            "5\",\"request_id\":1}}" },
	{ .message = { .type = CLOUDP2P_TASK_STATUS_RESPONSE,
	      .request_id = 1,
	      .server_id = 3,
	      .address = TEXT("10.40.39.41:8002") },
	    .json =
	        "{\"TaskStatusResponse\":{\"request_id\":1,\"assigned_server_"
	        "id\":3,\"assigned_server_address\":\"10.40.39.41:8002\"}}" },
	{ .message = { .type = CLOUDP2P_HISTORY_ADD,
	      CLIENT,
	      .server_id = 2,
	      .timestamp = 1761950000 },
	    .json = "{\"HistoryAdd\":{\"client_name\":\"Machine_1_Client_5\","
	            "\"request_id\":1,\"assigned_server_id\":2,\"timestamp\":"
	            "1761950000}}" },
	{ .message = { .type = CLOUDP2P_HISTORY_REMOVE, CLIENT },
	    .json = "{\"HistoryRemove\":{\"client_name\":\"Machine_1_Client_"
	            "5\",\"request_id\":1}}" },
	{ .message = { .type = CLOUDP2P_HISTORY_SYNC_REQUEST, .server_id = 2 },
	    .json = "{\"HistorySyncRequest\":{\"from_server_id\":2}}" },
	{ .message = { .type = CLOUDP2P_HISTORY_SYNC_RESPONSE,
	      .server_id = 1,
	      .entries = one_entry,
	      .entry_count = 1 },
	    .json = "{\"HistorySyncResponse\":{\"from_server_id\":1,\"history_"
	            "entries\":[[\"Machine_1_Client_5\",1,2,1761950000]]}}" },
	{ .message = { .type = CLOUDP2P_HISTORY_SYNC_RESPONSE, .server_id = 1 },
	    .json = "{\"HistorySyncResponse\":{\"from_server_id\":1,\"history_"
	            "entries\":[]}}" },
};
#define EXAMPLES (sizeof(examples) / sizeof(*examples))

/* What is read, and how we write the same. */
static const char *const accepted[][2] = {
	{ " \n\t\r{ \"Alive\" : { \"from_id\" : 1 } } \n",
	    "{\"Alive\":{\"from_id\":1}}" },
	{ "{\"Alive\":[1]}", "{\"Alive\":{\"from_id\":1}}" },
	{ "{\"LeaderQuery\":null}", "\"LeaderQuery\"" },
	{ " \"LeaderQuery\" ", "\"LeaderQuery\"" },
	{ "\"Leader\\u0051uery\"", "\"LeaderQuery\"" },
	{ "{\"\\u0041live\":{\"from\\u005fid\":1}}",
	    "{\"Alive\":{\"from_id\":1}}" },
	{ "{\"Alive\":{\"x\":[{\"from_id\":[1.5e-3,-0,true,false,null,"
	  "\"\\ud800\"]},[],{}],\"from_id\":1,\"y\":1e999}}",
	    "{\"Alive\":{\"from_id\":1}}" },
	{ "{\"Alive\":{\"x\":\"\\u00ff\\\\\\\"\",\"from_id\":1,\"x\":2}}",
	    "{\"Alive\":{\"from_id\":1}}" },
	{ "{\"Alive\":{\"from_id\":4294967295}}",
	    "{\"Alive\":{\"from_id\":4294967295}}" },
	{ "{\"TaskAck\":[\"n\",1]}",
	    "{\"TaskAck\":{\"client_name\":\"n\",\"request_id\":1}}" },
	{ "{\"TaskAck\":{\"request_id\":1,\"client_name\":\"n\"}}",
	    "{\"TaskAck\":{\"client_name\":\"n\",\"request_id\":1}}" },
	{ "{\"TaskAck\":{\"client_name\":\"\",\"request_id\":"
	  "18446744073709551615}}",
	    "{\"TaskAck\":{\"client_name\":\"\",\"request_id\":"
	    "18446744073709551615}}" },
	{ "{\"TaskAck\":{\"client_name\":\"\",\"request_id\":0}}",
	    "{\"TaskAck\":{\"client_name\":\"\",\"request_id\":0}}" },
	{ "{\"TaskAck\":{\"client_name\":\"\",\"request_id\":1}}",
	    "{\"TaskAck\":{\"client_name\":\"\",\"request_id\":1}}" },
	{ "{\"TaskAck\":{\"client_name\":\"\\u0041\\n\\t\\r\\b\\f\\/"
	  "\\\\\\\"\\u001f\\u007f\",\"request_id\":1}}",
	    "{\"TaskAck\":{\"client_name\":\"A\\n\\t\\r\\b\\f/"
	    "\\\\\\\"\\u001f\177\",\"request_id\":1}}" },
	{ "{\"TaskAck\":{\"client_name\":\"\\u00e4\\ud83d\\ude00\\u20ac\","
	  "\"request_id\":1}}",
	    "{\"TaskAck\":{\"client_name\":"
	    "\"\303\244\360\237\230\200\342\202\254\",\"request_id\":1}}" },
	{ "{\"TaskAck\":{\"client_name\":"
	  "\"\303\244\360\237\230\200\342\202\254\357\277\277\364\217\277\277\""
	  ",\"request_id\":1}}",
	    "{\"TaskAck\":{\"client_name\":"
	    "\"\303\244\360\237\230\200\342\202\254\357\277\277\364\217\277\277"
	    "\",\"request_id\":1}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":20}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":20.0}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":-5}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":-5.0}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":0}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":0.0}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":-0}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":-0.0}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":1e21}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1e21}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":1E+3}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1000.0}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":0.1}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":0.1}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":1e16}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1e16}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":1e15}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1000000000000000.0}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":1234567890123456}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1234567890123456.0}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":12345678901234567}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1.2345678901234568e16}"
	    "}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":0.00001}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":0.00001}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":0.000001}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1e-6}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":0.00000125}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1.25e-6}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":0.000125}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":0.000125}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":33.333333333333336}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":33.333333333333336}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":5e-324}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":5e-324}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":1.7976931348623157e308}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1.7976931348623157e308}"
	    "}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":1e-400}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":0.0}}" },
	{ "{\"Election\":{\"from_id\":1,\"priority\":18446744073709551616}}",
	    "{\"Election\":{\"from_id\":1,\"priority\":1.8446744073709552e19}"
	    "}" },
	{ "{\"TaskResponse\":{\"request_id\":1,\"encrypted_image_data\":[],"
	  "\"success\":true}}",
	    "{\"TaskResponse\":{\"request_id\":1,\"encrypted_image_data\":[],"
	    "\"success\":true,\"error_message\":null}}" },
	{ "{\"TaskResponse\":{\"success\":true,\"secret_image_data\":[\"x\",{}]"
	  ",\"encrypted_image_data\":[ 1 , 255 "
	  "],\"request_id\":1,\"x\":{\"encrypted_image_data\":[999]}}}",
	    "{\"TaskResponse\":{\"request_id\":1,\"encrypted_image_data\":[1,"
	    "255],\"success\":true,\"error_message\":null}}" },
	{ "{\"TaskResponse\":[1,[3],false,\"e\"]}",
	    "{\"TaskResponse\":{\"request_id\":1,\"encrypted_image_data\":[3],"
	    "\"success\":false,\"error_message\":\"e\"}}" },
	{ "{\"HistorySyncResponse\":[1,[[\"a\",1,2,3],[\"b\",4,5,6]]]}",
	    "{\"HistorySyncResponse\":{\"from_server_id\":1,\"history_"
	    "entries\":[[\"a\",1,2,3],[\"b\",4,5,6]]}}" },
};

static const char *const refused[] = {
	"x",
	"{}",
	"[]",
	"null",
	"1",
	"\"",
	"\"\"",
	"\"Leader",
	"\"Alive\"",
	"{\"Alive\":1}",
	"{\"Alive\":null}",
	"{\"Alive\":\"x\"}",
	"{\"Alive\"}",
	"{Alive:{}}",
	"{\"Alive\":{}}",
	"{\"Alive\":[]}",
	"{\"Alive\":[1,2]}",
	"{\"Alive\":[1,]}",
	"{\"Alive\":[,1]}",
	"{\"Alive\":{\"from_id\":1,}}",
	"{\"Alive\":{,\"from_id\":1}}",
	"{\"Alive\":{\"from_id\":1,\"from_id\":1}}",
	"{\"Alive\":{\"from_id\":1,\"from\\u005fid\":1}}",
	"{\"Alive\":{\"from_id\":1},}",
	"{\"Alive\":{\"from_id\":1},\"Alive\":{\"from_id\":1}}",
	"{\"Alive\":{\"from_id\":1},\"x\":1}",
	"{\"Alive\":{\"from_id\":1}",
	"{\"Alive\":{\"from_id\":1}}x",
	"{\"Alive\":{\"from_id\":1}}{}",
	"{\"alive\":{\"from_id\":1}}",
	"{\"Alive\":{\"from_id\" 1}}",
	"{\"Alive\":{\"from_id\":1 \"x\":2}}",
	"{\"Alive\":{\"from_id\":1]}",
	"{\"Alive\":{\"from_id\":1,\"x\":[1}}",
	"{\"Alive\":{\"from_id\":1,\"x\":}}",
	"{\"Alive\":{\"from_id\":1,\"x\":01}}",
	"{\"Alive\":{\"from_id\":1,\"x\":\"\\x\"}}",
	"{\"Alive\":{\"from_id\":1,\"x\":\"\\u12g4\"}}",
	"{\"Alive\":{\"from_id\":1,\"x\":\"\\u12\"}}",
	"{\"Alive\":{\"from_id\":1,\"x\":tru}}",
	"{\"Alive\":{\"from_id\":1,\"x\":\"\n\"}}",
	"{\"Alive\":{\"from_id\":1,'x':1}}",
	"{\"Alive\":{\"from_id\":1/**/}}",
	"{\"Alive\":{\"from_id\":1,\"x\":1.}}",
	"{\"Alive\":{\"from_id\":1,\"x\":.1}}",
	"{\"Alive\":{\"from_id\":1,\"x\":1e}}",
	"{\"Alive\":{\"from_id\":1,\"x\":-}}",
	"{\"Alive\":{\"from_id\":1,\"x\":+1}}",
	"{\"Alive\":{\"from_id\":4294967296}}",
	"{\"Alive\":{\"from_id\":1.0}}",
	"{\"Alive\":{\"from_id\":1e3}}",
	"{\"Alive\":{\"from_id\":\"1\"}}",
	"{\"Alive\":{\"from_id\":-1}}",
	"{\"Alive\":{\"from_id\":-0}}",
	"{\"Alive\":{\"from_id\":01}}",
	"{\"Alive\":{\"from_id\":0x1}}",
	"{\"Alive\":{\"from_id\":null}}",
	"{\"Alive\":{\"from_id\":true}}",
	"{\"Alive\":{\"from_id\":[1]}}",
	"{\"Alive\":{\"from_id\":}}",
	"{\"LeaderQuery\":{}}",
	"{\"LeaderQuery\":[]}",
	"{\"LeaderQuery\":1}",
	"{\"LeaderQuery\"}",
	"{\"LeaderQuery\":nul}",
	"\"LeaderQuery\"x",
	"\013\"LeaderQuery\"",
	"{\"TaskAck\":{\"client_name\":\"\",\"request_id\":"
	"18446744073709551616}}",
	"{\"TaskAck\":{\"client_name\":\"\",\"request_id\":"
	"99999999999999999999999}}",
	"{\"TaskAck\":{\"client_name\":\"\",\"request_id\":1.5}}",
	"{\"TaskAck\":{\"client_name\":\"\",\"request_id\":\"7\"}}",
	"{\"TaskAck\":{\"client_name\":1,\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":null,\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\\ud800\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\\ud800x\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\\ud800\\n\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\\ud800\\ud800\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\\udc00\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\\u0000\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\t\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\001\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"a,\"request_id\":1}}",
	"{\"Election\":{\"from_id\":1,\"priority\":null}}",
	"{\"Election\":{\"from_id\":1,\"priority\":NaN}}",
	"{\"Election\":{\"from_id\":1,\"priority\":Infinity}}",
	"{\"Election\":{\"from_id\":1,\"priority\":1e400}}",
	"{\"Election\":{\"from_id\":1,\"priority\":-1e400}}",
	"{\"Election\":{\"from_id\":1,\"priority\":\"1\"}}",
	"{\"Election\":{\"from_id\":1,\"priority\":1.}}",
	"{\"Election\":{\"from_id\":1,\"priority\":0x1p3}}",
	"{\"Election\":{\"from_id\":1,\"priority\":1e}}",
	"{\"Election\":{\"from_id\":1,\"priority\":01}}",
	"{\"Election\":{\"from_id\":1,\"priority\":true}}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":[1],\"secret_image_data\":[1],\"assigned_by_leader\":3}}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"assigned_"
	"by_leader\":3}}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":[256],\"assigned_by_leader\":3}}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":[1,],\"assigned_by_leader\":3}}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":\"AQ==\",\"assigned_by_leader\":3}}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":{},\"assigned_by_leader\":3}}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":null,\"assigned_by_leader\":3}}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":[[1]],\"assigned_by_leader\":3}}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":[1}",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":[1]",
	"{\"TaskRequest\":{\"client_name\":\"n\",\"request_id\":7,\"secret_"
	"image_data\":[",
	"{\"TaskRequest\":[\"n\",7,[1]]}",
	"{\"TaskRequest\":[\"n\",7,[1],3,4]}",
	"{\"TaskRequest\":[[1],7,\"n\",3]}",
	"[{\"TaskRequest\":[\"n\",7,[1],3]}]",
	"{[",
	"{{[",
	"{\"TaskResponse\":[1,[3],false]}",
	"{\"TaskResponse\":{\"request_id\":1,\"encrypted_image_data\":[],"
	"\"success\":1}}",
	"{\"TaskResponse\":{\"request_id\":1,\"encrypted_image_data\":[],"
	"\"success\":true,\"error_message\":1}}",
	"{\"HistorySyncResponse\":[1,[[\"a\",1,2]]]}",
	"{\"HistorySyncResponse\":[1,[[\"a\",1,2,3,4]]]}",
	"{\"HistorySyncResponse\":[1,[[\"a\",1,2,3],]]}",
	"{\"HistorySyncResponse\":[1,[{\"a\":1}]]}",
	"{\"HistorySyncResponse\":[1,[\"a\"]]}",
	"{\"HistorySyncResponse\":[1,[[\"a\",1,2,3] [\"b\",1,2,3]]]}",
	"{\"TaskAck\":{\"client_name\":\"\x80\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\xc0\xaf\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\xe0\x80\xaf\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\xed\xa0\x80\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\xf4\x90\x80\x80\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\xe2\x82\",\"request_id\":1}}",
	"{\"TaskAck\":{\"client_name\":\"\xff\",\"request_id\":1}}",
};

/* The same TaskRequest. */
static const char *const spellings[] = {
	"{\"TaskRequest\":{\"secret_image_data\":[1,2],\"assigned_by_leader\":"
	"3,\"request_id\":7,\"client_name\":\"n\"}}",
	"{\"TaskRequest\":{\"assigned_by_leader\":3,\"secret_image_data\":[1,2]"
	",\"request_id\":7,\"client_name\":\"n\"}}",
	"{\"TaskRequest\":{\"assigned_by_leader\":3,\"request_id\":7,\"client_"
	"name\":\"n\",\"secret_image_data\":[1,2]}}",
	"{\"TaskRequest\":[\"n\",7,[1,2],3]}",
	" { \"TaskRequest\" : [ \"n\" , 7 , [ 1 , 2 ] , 3 ] } ",
	"{ \"TaskRequest\" : { \"secret_image_data\" :\n[ 1 ,2 ] , "
	"\"assigned_by_leader\":3,\"request_id\":7,\"client_name\":\"n\"}}",
	"{\"\\u0054askRequest\":{\"\\u0073ecret_image_dat\\u0061\":[1,2],"
	"\"assigned_by_leader\":3,\"request_id\":7,\"client_name\":\"n\"}}",
	"{\"TaskRequest\":{\"x\":{\"secret_image_data\":[7,\"y\"]},\"secret_"
	"image_data\":[1,2],\"assigned_by_leader\":3,\"request_id\":7,\"client_"
	"name\":\"n\"}}",
	"{\"TaskRequest\":{\"x\":[[\"TaskRequest\",3,[4]],\"secret_image_"
	"data\"],\"secret_image_data\":[1,2],\"assigned_by_leader\":3,"
	"\"request_id\":7,\"client_name\":\"n\"}}",
	"{\"TaskRequest\":{\"encrypted_image_data\":[300],\"secret_image_"
	"data\":[1,2],\"assigned_by_leader\":3,\"request_id\":7,\"client_"
	"name\":\"n\"}}",
	"{\"TaskRequest\":{\"x\":\"secret_image_data\\\":[\",\"y\":\"\\\\\","
	"\"secret_image_data\":[1,2],\"assigned_by_leader\":3,\"request_id\":7,"
	"\"client_name\":\"n\"}}",
};

#endif
