// A test of the core: a sample without events ends with winner 0.
`timescale 1ns / 1ns
module testbench;
    reg clk = 0, rst = 1, write = 0, tick = 0, sample = 0;
    wire ready, idle, valid, is_winner;
    wire [POTENTIAL_BITS-1:0] result;
    reg read = 0;
    reg [3:0] space = 0;
    reg [9:0] row = 0, column = 0;
    wire [31:0] value;
    wire value_valid;

    eprop_core core (
        .clk(clk), .rst(rst), .tick(tick), .sample(sample), .target_valid(1'b0), .infer(1'b0), .halt(1'b0),
        .ready(ready), .idle(idle), .frozen(),
        .event__payload(0), .event__valid(1'b0), .event__ready(),
        .target__payload(0), .target__valid(1'b0), .target__ready(), .target_request(),
        .result__payload(result), .result__valid(valid), .result__ready(1'b1), .result_is_winner(is_winner),
        .register__write(write), .register__number(9'd0), .register__data(32'd0),
        .access__space(space), .access__row(row), .access__column(column), .access__read(read),
        .access__write(1'b0), .access__data(32'd0), .access__value(value), .access__valid(value_valid)
    );

    always #10 clk = ~clk;

    // A time step, which the core has to be ready for.
    task step(input goes_on);
        begin
            wait (ready);
            @(negedge clk) sample = goes_on;
            tick = 1;
            @(negedge clk) tick = 0;
        end
    endtask

    // A weight that the memories start from.
    task read_back(input [3:0] of_space, input [9:0] of_row, input [9:0] of_column, input [31:0] weight);
        begin
            @(negedge clk) read = 1;
            space = of_space;
            row = of_row;
            column = of_column;
            @(negedge clk) read = 0;
            wait (value_valid) @(negedge clk);
            if (value !== weight) begin
                $display("FAIL: weight %0d,%0d of space %0d is %h, not %h", row, column, space, value, weight);
                $fatal;
            end
        end
    endtask

    initial begin
        #100 @(negedge clk) rst = 0;
        wait (idle);
        // WEIGHTS
        @(negedge clk);
        write = 1; // 0 to en_conf: run
        @(negedge clk) write = 0;
        step(1);
        step(1);
        step(0);
        wait (valid) @(negedge clk);
        if (!is_winner || result !== 0) begin
            $display("FAIL: winner %d", result);
            $fatal;
        end
        wait (idle) $display("PASS");
        $finish;
    end

    initial begin
        #10000000 $display("FAIL: no answer");
        $fatal;
    end
endmodule
