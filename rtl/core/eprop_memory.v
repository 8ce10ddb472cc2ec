// A memory of DEPTH words, each of LANES elements of BITS bits: one read port, and one write port with an enable per
// element. A word that is read is there after the clock edge and stays until another is read; no word is read and
// written at the same edge.
module eprop_memory #(
    parameter DEPTH = 2,
    parameter BITS = 8,
    parameter LANES = 1,
    parameter ADDRESS_BITS = 1,
    parameter IMAGE = "" // what it holds at power-up, a file for $readmemh
) (
    input clk,
    input read,
    input [ADDRESS_BITS-1:0] read_address,
    output reg [LANES*BITS-1:0] read_word,
    input [LANES-1:0] write,
    input [ADDRESS_BITS-1:0] write_address,
    input [LANES*BITS-1:0] write_word
);
    reg [LANES*BITS-1:0] words [0:DEPTH-1];
    integer lane;

    always @(posedge clk) begin
        for (lane = 0; lane < LANES; lane = lane + 1)
            if (write[lane])
                words[write_address][lane*BITS +: BITS] <= write_word[lane*BITS +: BITS];
        if (read)
            read_word <= words[read_address];
    end

    // A simulator starts from unknown bits, the block RAM of an FPGA from zeros.
    generate
        if (IMAGE != "") begin : image
            initial $readmemh(IMAGE, words);
        end
`ifndef SYNTHESIS
        else begin : zeros
            integer word;
            initial
                for (word = 0; word < DEPTH; word = word + 1)
                    words[word] = {(LANES*BITS){1'b0}};
        end
`endif
    endgenerate

`ifndef SYNTHESIS
    initial read_word = {(LANES*BITS){1'b0}};
`endif
endmodule
