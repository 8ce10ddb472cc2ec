// A test of the chip through its pins: it tells its configuration, and a sample without events ends with winner 0.
`timescale 1ns / 1ns
module testbench;
    localparam [63:0] CONFIG_HASH = 64'hHASH;

    reg clk = 0, rst = 0, sck = 0, mosi = 0, sample = 0, tick = 0, ack = 0;
    wire miso, timing, out_req;
    wire [7:0] out_data;
    reg [31:0] low, high;

    reckon chip (
        .CLK_EXT(clk), .RST(rst), .CLK_INT_EN(1'b0), .SCK(sck), .MOSI(mosi), .MISO(miso),
        .AERIN_ADDR(8'd0), .AERIN_TAR_EN(1'b0), .AERIN_REQ(1'b0), .AERIN_ACK(),
        .SAMPLE(sample), .TIME_TICK(tick), .TARGET_VALID(1'b0), .INFER_ACC(1'b0),
        .SPI_RDY(), .TIMING_ERROR_RDY(timing), .OUT_DATA(out_data), .OUT_REQ(out_req), .OUT_ACK(ack)
    );

    always #10 clk = ~clk;

    // A word goes out, most significant bit first, and another comes in.
    task transfer(input [31:0] sent, output [31:0] received);
        integer bit_index;
        for (bit_index = 31; bit_index >= 0; bit_index = bit_index - 1) begin
            mosi = sent[bit_index];
            #100 received[bit_index] = miso; // slow enough to read memories with any number of lanes
            sck = 1;
            #100 sck = 0;
        end
    endtask

    // A weight that the memories start from: one of the four bytes of a word.
    task read_back(input [31:0] frame, input [1:0] place, input [7:0] weight);
        begin
            transfer(frame, low);
            transfer(0, low);
            if (low[8 * place +: 8] !== weight) begin
                $display("FAIL: weight %0d of frame %h is %h, not %h", place, frame, low[8 * place +: 8], weight);
                $fatal;
            end
        end
    endtask

    task pulse;
        begin
            tick = 1;
            #100 tick = 0;
        end
    endtask

    initial begin
        #53 rst = 1;
        #50 rst = 0;
        #1000 transfer(32'h800100c0, low); // read register 192
        transfer(0, low);
        transfer(32'h800100c1, high);
        transfer(0, high);
        if ({high, low} !== CONFIG_HASH) begin
            $display("FAIL: configuration %h, not %h", {high, low}, CONFIG_HASH);
            $fatal;
        end
        // WEIGHTS
        transfer(32'h00010000, low); // write 0 to register 0: run
        transfer(0, low);
        #1000 sample = 1;
        #100 pulse;
        @(posedge timing) #100 sample = 0;
        #100 pulse;
        wait (out_req);
        if (out_data !== 0) begin
            $display("FAIL: winner %d", out_data);
            $fatal;
        end
        ack = 1;
        wait (!out_req) ack = 0;
        $display("PASS");
        $finish;
    end

    initial begin
        #10000000 $display("FAIL: no answer");
        $fatal;
    end
endmodule
