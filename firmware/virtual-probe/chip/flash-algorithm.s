@ Flash algorithm for a board whose program memory is static RAM, as on the MPS2 board and in QEMU.
@
@ It behaves as flash does, so that a firmware that relies on more fails here too: erasing sets every bit of a
@ sector, programming only clears bits. The entry points follow the CMSIS-Pack convention: arguments in r0 to r2,
@ 0 in r0 for success, and a return to whatever breakpoint the debugger left in lr. Position independent.
@
@ `instructions` in mps2-an386.yaml is this file assembled, in base64; a unit test compares the two, word by word,
@ with the encodings in the comments here.
        .syntax unified
        .thumb
Init:                           @ offset 0x00
UnInit:
        movs    r0, #0          @ 2000
        bx      lr              @ 4770
EraseSector:                    @ offset 0x04: r0 = address; a sector has 4096 bytes
        movs    r1, #0          @ 2100
        mvns    r1, r1          @ 43c9
        movs    r2, #1          @ 2201
        lsls    r2, r2, #10     @ 0292
1:      stmia   r0!, {r1}       @ c002
        subs    r2, #1          @ 3a01
        bne     1b              @ d1fc
        movs    r0, #0          @ 2000
        bx      lr              @ 4770
ProgramPage:                    @ offset 0x16: r0 = address, r1 = length in bytes, a multiple of 4, r2 = data
        cmp     r1, #0          @ 2900
        beq     3f              @ d005
2:      ldr     r3, [r0]        @ 6803
        ldmia   r2!, {r4}       @ ca10
        ands    r3, r4          @ 4023
        stmia   r0!, {r3}       @ c008
        subs    r1, #4          @ 3904
        bgt     2b              @ dcf9
3:      movs    r0, #0          @ 2000
        bx      lr              @ 4770
