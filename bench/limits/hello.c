/* The least that a program can do: the limit for the start of one. */
#include <stdio.h>

int main(void) { puts("hello"); }
