package dev.stethos.tiny.problems;

/// The vocabulary that problems and control text share.
final class Words {
    static final String[] NAMES = {
        "Tom", "Anna", "Ben", "Lucy", "Omar", "Rosa", "Kim", "Paul", "Nina", "Hugo"
    };
    static final String[] THINGS = {
        "apples", "books", "coins", "stamps", "pens", "cards", "stones", "shells", "cups", "boxes"
    };

    private Words() {}
}
